package io.tributary.launcher;

import io.tributary.bench.cacher.CacherBench;
import io.tributary.bench.cacher.CacherReport;
import io.tributary.cacher.store.StoreException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a cacher beside nginx and Varnish. */
@Command(
    name = "cacher",
    description = {
      "Measure a cacher beside nginx and Varnish on the same objects, in turns: HTTP, TLS and",
      "libp2p, each server on one core; then its store by itself. Takes about five minutes;",
      "nothing else should run meanwhile. Needs 2 GiB of disk, --large and a tenth more."
    },
    mixinStandardHelpOptions = true)
final class BenchCacherCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "How many rounds; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long each figure is measured in each round; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "6",
      description = "For how many seconds each row is answered before; default: ${DEFAULT-VALUE}.")
  private double warmUpSeconds;

  @Option(
      names = "--large",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      defaultValue = "50GiB",
      description = "The quota of the large store; default: ${DEFAULT-VALUE}.")
  private long largeBytes;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      split = ",",
      description = "Which rows to measure, as \"http 4 KiB,tls 4 KiB\"; default: all.")
  private Set<String> rows = new LinkedHashSet<>();

  @Option(names = "--no-store", description = "Leave the store by itself out.")
  private boolean noStore;

  @Override
  public Integer call() throws IOException, StoreException, InterruptedException {
    CacherReport report = new CacherBench(settings(), System.err).run();
    return options.print(() -> CacherBench.toJson(report), report::toTable);
  }

  private CacherBench.Settings settings() {
    try {
      return new CacherBench.Settings(
          options.directory(), rounds, seconds, warmUpSeconds, noStore ? 0 : largeBytes, rows);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "bench cacher: " + e.getMessage(), e);
    }
  }
}
