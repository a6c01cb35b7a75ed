package io.tributary.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH's benchmarks run from a program that prints a report of its own. */
final class JmhRun {
  private JmhRun() {}

  /**
   * Runs benchmarks, each in a JVM of its own, and prints nothing.
   *
   * @throws IllegalStateException if a measured process fails; its output says why
   */
  static List<RunResult> silent(ChainedOptionsBuilder options) {
    ChainedOptionsBuilder quiet = options.shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    try {
      // JMH passes on what the measured processes print; it would spoil the report.
      Path log = Files.createTempFile("jmh", ".log");
      try {
        return List.copyOf(new Runner(quiet.output(log.toString()).build()).run());
      } catch (RunnerException e) {
        throw new IllegalStateException("a benchmark failed: " + Files.readString(log), e);
      } finally {
        Files.delete(log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary file for the output of JMH", e);
    }
  }
}
