package io.tributary.bench.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;

/**
 * What a relay cost.
 *
 * @param pinned whether the relay had a core to itself
 * @param mebibytes moved in each round
 * @param rounds each round's figures
 * @param mebibytesPerSecond the median of what arrived at the other end
 * @param mebibytesPerCpuSecond the median of that for each second of the relay's processor time
 * @param reservations peers that waited while memory was measured
 * @param heapKibPer1000 heap of the relay per thousand of them
 * @param residentKibPer1000 the same of all its memory, as the kernel counts it
 */
public record RelayReport(
    boolean pinned,
    long mebibytes,
    List<Round> rounds,
    double mebibytesPerSecond,
    double mebibytesPerCpuSecond,
    long reservations,
    long heapKibPer1000,
    long residentKibPer1000) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public RelayReport {
    rounds = List.copyOf(rounds);
  }

  /**
   * One transfer.
   *
   * @param seconds it took
   * @param cpuSeconds of the relay, all threads
   */
  public record Round(double seconds, double cpuSeconds) {}

  /** Returns the report as a JSON object. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours cannot be written as JSON", e);
    }
  }

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "pinned %s", pinned ? "relay to core 0, its users to core 1" : "no");
    line(table, "");
    line(table, "%-8s%12s%16s", "round", "seconds", "CPU-s of relay");
    for (int i = 0; i < rounds.size(); i++) {
      line(table, "%-8d%12.2f%16.2f", i, rounds.get(i).seconds, rounds.get(i).cpuSeconds);
    }
    line(table, "");
    line(table, "%-36s%12.1f", "MiB per second", mebibytesPerSecond);
    line(table, "%-36s%12.1f", "MiB per CPU-second of the relay", mebibytesPerCpuSecond);
    line(table, "%-36s%12d", "idle reservations measured", reservations);
    line(table, "%-36s%12d", "heap, KiB per 1000 of them", heapKibPer1000);
    line(table, "%-36s%12d", "resident, KiB per 1000 of them", residentKibPer1000);
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
