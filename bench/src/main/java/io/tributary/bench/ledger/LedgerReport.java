package io.tributary.bench.ledger;

import io.tributary.bench.Goal;
import java.util.List;
import java.util.Locale;

/**
 * The figures of one run of {@link LedgerBench}.
 *
 * @param signatures what one voucher costs, for each curve
 * @param appends what the journal takes, for each number of vouchers in flight
 * @param recovery how long a journal takes to open
 * @param goals what was to be reached
 */
public record LedgerReport(
    List<Signatures> signatures, List<Appends> appends, Recovery recovery, List<Goal> goals) {
  /** Copies the lists. */
  public LedgerReport {
    signatures = List.copyOf(signatures);
    appends = List.copyOf(appends);
    goals = List.copyOf(goals);
  }

  /**
   * Medians of one voucher, in microseconds.
   *
   * @param curve who computes
   * @param digestMicros its EIP-712 digest
   * @param signMicros the signature of a digest
   * @param verifyMicros the check of a signature by a known key
   * @param recoverMicros the key from a signature
   */
  public record Signatures(
      String curve,
      double digestMicros,
      double signMicros,
      double verifyMicros,
      double recoverMicros) {}

  /**
   * Vouchers made durable.
   *
   * @param inFlight how many waited at any time
   * @param perSecond how many became durable
   * @param p50Millis the median time from the call until the voucher was durable
   * @param p99Millis of a hundred, the second slowest
   */
  public record Appends(int inFlight, double perSecond, double p50Millis, double p99Millis) {}

  /**
   * The opening of a journal.
   *
   * @param records how many it held
   * @param seconds how long it took
   */
  public record Recovery(long records, double seconds) {}

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder table = new StringBuilder();
    line(table, "%-16s%10s%10s%10s%10s", "us a voucher", "digest", "sign", "verify", "recover");
    for (Signatures s : signatures) {
      line(
          table,
          "%-16s%10.1f%10.1f%10.1f%10.1f",
          s.curve,
          s.digestMicros,
          s.signMicros,
          s.verifyMicros,
          s.recoverMicros);
    }
    table.append('\n');
    line(table, "%-16s%10s%10s%10s", "durable", "per s", "p50 ms", "p99 ms");
    for (Appends a : appends) {
      line(
          table,
          "%-16s%10.0f%10.2f%10.2f",
          a.inFlight + " in flight",
          a.perSecond,
          a.p50Millis,
          a.p99Millis);
    }
    table.append('\n');
    line(table, "opening %d records: %.2f s", recovery.records, recovery.seconds);
    table.append('\n');
    for (Goal goal : goals) {
      table.append(goal.toLine()).append('\n');
    }
    return table.toString();
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
