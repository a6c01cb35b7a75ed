package io.tributary.launcher;

import io.tributary.bench.store.StoreBench;
import io.tributary.bench.store.StoreReport;
import io.tributary.cacher.store.StoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--large",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      defaultValue = "50GiB",
      description = "The quota of the large store; default: ${DEFAULT-VALUE}.")
  private long largeBytes;

  @Override
  public Integer call() throws IOException, StoreException, InterruptedException {
    StoreReport report = new StoreBench(options.directory(), largeBytes, System.err).run();
    return options.print(() -> StoreBench.toJson(report), report::toTable);
  }
}
