package io.tributary.launcher;

import io.tributary.bench.store.StoreBench;
import io.tributary.bench.store.StoreReport;
import io.tributary.cacher.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the cacher's store. */
@Command(
    name = "store",
    description = {
      "Measure the cacher's store: filling, pinned reads, hit ratio, starts after a stop and a"
          + " kill.",
      "Takes about a minute; needs --large and a tenth more of disk."
    },
    mixinStandardHelpOptions = true)
final class BenchStoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A directory on the disk to be measured; default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--large",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      defaultValue = "50GiB",
      description = "The quota of the large store; default: ${DEFAULT-VALUE}.")
  private long largeBytes;

  @Override
  public Integer call() throws IOException, StoreException, InterruptedException {
    StoreReport report = new StoreBench(directory, largeBytes, System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? StoreBench.toJson(report) : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}
