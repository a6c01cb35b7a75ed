package io.tributary.bench.libp2p;

import io.tributary.bench.Goal;
import java.util.List;

/**
 * The figures of one run of {@link Libp2pBench}, and how they stand against the goals. Figures name
 * their {@link Row} by its label.
 *
 * @param flags the JVM flags of the measured processes
 * @param pinned whether server and client had a core each
 * @param throughputs bytes moved from server to client
 * @param connects times to connect
 * @param pings round trips
 * @param opens streams opened per second
 * @param skipped rows that could not be measured, and why
 * @param goals what was to be reached
 */
public record Libp2pReport(
    List<String> flags,
    boolean pinned,
    List<Throughput> throughputs,
    List<Connect> connects,
    List<Ping> pings,
    List<Opens> opens,
    List<String> skipped,
    List<Goal> goals) {

  /** Copies the lists. */
  public Libp2pReport {
    flags = List.copyOf(flags);
    throughputs = List.copyOf(throughputs);
    connects = List.copyOf(connects);
    pings = List.copyOf(pings);
    opens = List.copyOf(opens);
    skipped = List.copyOf(skipped);
    goals = List.copyOf(goals);
  }

  /**
   * Bytes moved from the server to the client.
   *
   * @param row the row
   * @param streams over how many streams
   * @param mebibytesPerSecond payload received, the median of the rounds
   * @param senderCpuSecondsPerGibibyte processor time of all threads of the server
   * @param receiverCpuSecondsPerGibibyte processor time of all threads of the client
   * @param senderHeapBytesPerFrame heap bytes allocated by the event loop per 64 KiB of payload;
   *     negative if unknown
   * @param receiverHeapBytesPerFrame likewise
   * @param resets streams that ended though nobody had asked for it
   */
  public record Throughput(
      String row,
      int streams,
      double mebibytesPerSecond,
      double senderCpuSecondsPerGibibyte,
      double receiverCpuSecondsPerGibibyte,
      double senderHeapBytesPerFrame,
      double receiverHeapBytesPerFrame,
      int resets) {}

  /**
   * Times to connect, handshake included.
   *
   * @param row the row
   * @param coldMicros the first connection of both processes, class loading included
   * @param warmMicros the median of the later half of many
   */
  public record Connect(String row, double coldMicros, double warmMicros) {}

  /**
   * Round trips of 32 bytes on one open stream, one at a time.
   *
   * @param row the row
   * @param p50Micros the median
   * @param p99Micros what 99 of 100 do not exceed
   */
  public record Ping(String row, double p50Micros, double p99Micros) {}

  /**
   * Streams opened, a byte exchanged, and closed by both sides.
   *
   * @param row the row
   * @param perSecond with 64 under way at any time
   * @param serialPerSecond one after another
   */
  public record Opens(String row, double perSecond, double serialPerSecond) {}

  /** Returns the report as text for people. */
  public String toTable() {
    return new Libp2pTable(this).toString();
  }
}
