package io.tributary.launcher;

import io.tributary.bench.retriever.RetrieverBench;
import io.tributary.bench.retriever.RetrieverReport;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a retriever beside nginx, and from cachers. */
@Command(
    name = "retriever",
    description = {
      "Measure a retriever: a hot file of 1 GiB through HTTP beside nginx serving the same file, and",
      "a cold one from twelve cachers, one of them stalled; each server on one core. Takes about two",
      "minutes; nothing else should run meanwhile. Needs 3 GiB of disk and as much memory."
    },
    mixinStandardHelpOptions = true)
final class BenchRetrieverCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many rounds of what is compared; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long each figure is measured in each round; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--segments",
      paramLabel = "N",
      defaultValue = "150",
      description = "How many segments are read with a stalled cacher; default: ${DEFAULT-VALUE}.")
  private int segments;

  @Option(
      names = "--only",
      paramLabel = "PART",
      description =
          "One of: ${COMPLETION-CANDIDATES}. Measure only the file that is in the cache,"
              + " or only the one from cachers; default: both.")
  private Optional<RetrieverBench.Part> only = Optional.empty();

  @Override
  public Integer call() throws IOException {
    RetrieverReport report = new RetrieverBench(settings(), System.err).run();
    return options.print(() -> RetrieverBench.toJson(report), report::toTable);
  }

  private RetrieverBench.Settings settings() {
    try {
      return new RetrieverBench.Settings(options.directory(), rounds, seconds, segments, only);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "bench retriever: " + e.getMessage(), e);
    }
  }
}
