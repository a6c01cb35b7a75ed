package io.tributary.bench.libp2p;

import io.tributary.bench.libp2p.Libp2pReport.Connect;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.util.Locale;

/** A {@link Libp2pReport} as text for people. */
final class Libp2pTable {

  private final StringBuilder text = new StringBuilder();

  Libp2pTable(Libp2pReport report) {
    line("flags   %s", String.join(" ", report.flags()));
    line("pinned  %s", report.pinned() ? "server to core 0, client to core 1" : "no");
    line("");
    line(
        "%-10s%8s%8s%16s%20s%8s",
        "row", "streams", "MiB/s", "CPU-s/GiB s, r", "heap B/64KiB s, r", "resets");
    report.throughputs().forEach(this::throughput);
    line("");
    line("%-10s%14s%14s", "connect", "cold ms", "warm p50 ms");
    for (Connect each : report.connects()) {
      line("%-10s%14.1f%14.2f", each.row(), each.coldMicros() / 1e3, each.warmMicros() / 1e3);
    }
    line("");
    line("%-10s%14s%14s", "ping", "p50 us", "p99 us");
    for (Ping each : report.pings()) {
      line("%-10s%14.1f%14.1f", each.row(), each.p50Micros(), each.p99Micros());
    }
    line("");
    line("%-10s%14s%14s", "opens", "per s", "one by one/s");
    for (Opens each : report.opens()) {
      line("%-10s%14.0f%14.0f", each.row(), each.perSecond(), each.serialPerSecond());
    }
    line("");
    report.skipped().forEach(each -> line("skipped: %s", each));
    report.goals().forEach(each -> line("%s", each.toLine()));
  }

  private void throughput(Throughput each) {
    line(
        "%-10s%8d%8.0f%16s%20s%8d",
        each.row(),
        each.streams(),
        each.mebibytesPerSecond(),
        pair(each.senderCpuSecondsPerGibibyte(), each.receiverCpuSecondsPerGibibyte()),
        each.senderHeapBytesPerFrame() < 0
            ? ""
            : pair(each.senderHeapBytesPerFrame(), each.receiverHeapBytesPerFrame()),
        each.resets());
  }

  private static String pair(double sender, double receiver) {
    return String.format(Locale.ROOT, "%.2f, %.2f", sender, receiver);
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
