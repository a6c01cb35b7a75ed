package io.tributary.retriever.engine;

import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What each fault cost a read: written to {@code target/fault-matrix-NAME.txt} for people, and
 * never judged, since that depends on the machine.
 */
final class FaultMatrix {
  private final String name;
  private final List<String> rows = new ArrayList<>();

  FaultMatrix(String name) {
    this.name = name;
    rows.add(
        String.format(
            Locale.ROOT,
            "%-36s%-8s%14s%12s%8s%10s",
            "fault",
            "read",
            "first byte ms",
            "MB/s",
            "asked",
            "extra MB"));
  }

  /**
   * Notes a read that was delivered.
   *
   * @param number which read of the same engine it was, from 1: the first one knows nobody
   */
  synchronized void add(String fault, int number, Trace trace) {
    long firstMicros = trace.phases().getOrDefault(Phase.FIRST_DELIVERED, 0L);
    long micros = Math.max(1, trace.phases().getOrDefault(Phase.ENDED, 0L));
    rows.add(
        String.format(
            Locale.ROOT,
            "%-36s%-8d%14.1f%12.1f%8d%10.1f",
            fault,
            number,
            firstMicros / 1e3,
            (double) trace.deliveredBytes() / micros,
            trace.asks().size(),
            trace.extraBytes() / 1e6));
  }

  /** Writes it down. */
  synchronized void write() {
    try {
      Path folder = Files.createDirectories(Path.of("target"));
      Files.write(folder.resolve("fault-matrix-" + name + ".txt"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
