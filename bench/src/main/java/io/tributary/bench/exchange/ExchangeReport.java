package io.tributary.bench.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The figures of one run of {@link ExchangeBench}.
 *
 * @param curve who signs
 * @param pinned whether server and client had a core each
 * @param cold the first rounds of two new processes
 * @param warmUp what came then
 * @param warm what counts
 * @param plainCpu processor time without accounting, warm
 * @param paidCpu processor time with accounting, warm
 * @param bytesPercent what accounting adds to the bytes of streams, both directions
 * @param vouchers how many became durable on both sides in all paid transfers that count
 * @param cutOffs how often a delivery had to wait in them because its lane's credit was used up
 */
public record ExchangeReport(
    String curve,
    boolean pinned,
    Speeds cold,
    WarmUp warmUp,
    Speeds warm,
    Cpu plainCpu,
    Cpu paidCpu,
    double bytesPercent,
    long vouchers,
    long cutOffs) {
  /** The most that accounting may cost of throughput, in percent. */
  public static final double COST_GOAL = 2;

  /** The most that it may cost of bytes, in percent. */
  public static final double BYTES_GOAL = 0.1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What rounds have shown.
   *
   * @param rounds each pair of transfers, in order
   * @param plain the median throughput without accounting, MiB/s
   * @param paid the median throughput with accounting, MiB/s
   * @param costPercent the median over all rounds of what accounting costs of throughput
   * @param costLowPercent a quarter of the rounds cost less
   * @param costHighPercent a quarter of the rounds cost more
   */
  public record Speeds(
      List<Round> rounds,
      double plain,
      double paid,
      double costPercent,
      double costLowPercent,
      double costHighPercent) {
    /** Copies the rounds. */
    public Speeds {
      rounds = List.copyOf(rounds);
    }

    /** Sums rounds up. */
    public static Speeds of(List<Round> rounds) {
      return new Speeds(
          rounds,
          quantile(rounds, Round::plain, 0.5),
          quantile(rounds, Round::paid, 0.5),
          quantile(rounds, Round::costPercent, 0.5),
          quantile(rounds, Round::costPercent, 0.25),
          quantile(rounds, Round::costPercent, 0.75));
    }

    private static double quantile(
        List<Round> rounds, ToDoubleFunction<Round> figure, double share) {
      double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
      return sorted[(int) (sorted.length * share)];
    }
  }

  /**
   * The rounds between the cold ones and those that count.
   *
   * @param rounds how many
   * @param atRest whether the JIT compilers of both processes had come to rest in the end
   */
  public record WarmUp(int rounds, boolean atRest) {}

  /**
   * Two transfers of the same fragments, one right after the other.
   *
   * @param plain throughput without accounting, MiB/s
   * @param paid throughput with accounting, MiB/s
   */
  public record Round(double plain, double paid) {
    double costPercent() {
      return 100 * (1 - paid / plain);
    }
  }

  /**
   * Processor time.
   *
   * @param server of the process that serves
   * @param client of the process that fetches
   */
  public record Cpu(Side server, Side client) {}

  /**
   * Processor time of one process, in seconds per GiB.
   *
   * @param all of all threads, the compiler's and the collector's included
   * @param loop of the event loop
   * @param signing of who signs or checks vouchers
   * @param journal of who writes them down
   */
  public record Side(double all, double loop, double signing, double journal) {}

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
    line(table, "pinned %s", pinned ? "server to core 0, client to core 1" : "no");
    line(table, "curve  %s", curve);
    line(table, "");
    line(table, "%-8s%12s%12s%10s", "MiB/s", "plain", "paid", "cost %");
    rows(table, "cold ", cold);
    line(
        table,
        "warmed up for %d rounds; the compilers were %s",
        warmUp.rounds,
        warmUp.atRest ? "at rest" : "still at work");
    rows(table, "", warm);
    line(table, "");
    line(table, "%-24s%10s%10s%10s%10s", "CPU-s per GiB", "all", "loop", "signing", "journal");
    side(table, "server, plain", plainCpu.server);
    side(table, "server, paid", paidCpu.server);
    side(table, "client, plain", plainCpu.client);
    side(table, "client, paid", paidCpu.client);
    line(table, "");
    line(table, "vouchers on both sides: %d; waits for credit: %d", vouchers, cutOffs);
    goal(table, "throughput lost, percent", warm.costPercent, COST_GOAL);
    goal(table, "bytes added, percent", bytesPercent, BYTES_GOAL);
    return table.toString();
  }

  private static void side(StringBuilder table, String name, Side used) {
    line(
        table,
        "%-24s%10.3f%10.3f%10.3f%10.3f",
        name,
        used.all,
        used.loop,
        used.signing,
        used.journal);
  }

  private static void rows(StringBuilder table, String name, Speeds speeds) {
    for (int i = 0; i < speeds.rounds.size(); i++) {
      Round round = speeds.rounds.get(i);
      line(table, "%-8s%12.1f%12.1f%10.2f", name + i, round.plain, round.paid, round.costPercent());
    }
    line(
        table,
        "%-8s%12.1f%12.1f%10.2f, half of the rounds %.2f to %.2f",
        "median",
        speeds.plain,
        speeds.paid,
        speeds.costPercent,
        speeds.costLowPercent,
        speeds.costHighPercent);
  }

  private static void goal(StringBuilder table, String name, double value, double most) {
    line(
        table,
        "%-28s%10.4f  (at most %.1f)  %s",
        name,
        value,
        most,
        value <= most ? "reached" : "MISSED");
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
