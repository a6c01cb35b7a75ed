package io.tributary.exchange.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.Priority;
import io.tributary.exchange.Status;
import io.tributary.ledger.credit.Verdict;

/**
 * An exchange's counts as Micrometer meters. Thread-safe.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>is</th></tr>
 * <tr><td>{@code exchange.requests}</td><td>status: {@code Status}, cache: {@code CacheOutcome}</td>
 *   <td>requests answered</td></tr>
 * <tr><td>{@code exchange.deliveries}, {@code .bytes}</td><td>priority, ending</td>
 *   <td>deliveries that began, and content sent in them</td></tr>
 * <tr><td>{@code exchange.cut.off}</td><td></td><td>waits for a lane's credit</td></tr>
 * <tr><td>{@code exchange.fetches}, {@code .bytes}</td><td>ending: {@code VERIFIED}, {@code
 *   UNVERIFIED}, {@code Status} or {@code Breakage}</td><td>fetches ended, and content
 *   received</td></tr>
 * <tr><td>{@code exchange.vouchers.received}</td><td></td><td>durable vouchers that pay</td></tr>
 * <tr><td>{@code exchange.vouchers.issued}</td><td></td><td>durable vouchers owed by</td></tr>
 * <tr><td>{@code exchange.vouchers.refused}</td><td>verdict: {@code Verdict}</td>
 *   <td>vouchers that a payee did not take</td></tr>
 * <tr><td>{@code exchange.verdicts}</td><td>verdict: {@code Verdict}</td>
 *   <td>judgements of this node</td></tr>
 * <tr><td>{@code exchange.ledger.failed}</td><td>reason: {@code JournalException.Reason}</td>
 *   <td>vouchers that could not be written down</td></tr>
 * </table>
 */
public final class MicrometerExchangeMetrics implements ExchangeMetrics {
  private static final String PREFIX = "exchange.";

  private final MeterRegistry registry;
  private final Tags common;

  /**
   * Meters in a registry.
   *
   * @param common tags of all of them
   */
  public MicrometerExchangeMetrics(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
  }

  private void count(String name, double by, String... tags) {
    Counter.builder(PREFIX + name).tags(common.and(tags)).register(registry).increment(by);
  }

  @Override
  public void answered(Status status, CacheOutcome outcome) {
    count("requests", 1, "status", status.name(), "cache", outcome.name());
  }

  @Override
  public void delivered(Priority priority, String ending, long bytes) {
    count("deliveries", 1, "priority", priority.name(), "ending", ending);
    count("deliveries.bytes", (double) bytes, "priority", priority.name(), "ending", ending);
  }

  @Override
  public void cutOff() {
    count("cut.off", 1);
  }

  @Override
  public void fetched(String ending, long bytes) {
    count("fetches", 1, "ending", ending);
    count("fetches.bytes", (double) bytes, "ending", ending);
  }

  @Override
  public void voucherReceived() {
    count("vouchers.received", 1);
  }

  @Override
  public void voucherIssued() {
    count("vouchers.issued", 1);
  }

  @Override
  public void judged(Verdict verdict) {
    count("verdicts", 1, "verdict", verdict.name());
  }

  @Override
  public void voucherRefused(Verdict verdict) {
    count("vouchers.refused", 1, "verdict", verdict.name());
  }

  @Override
  public void ledgerFailed(String reason) {
    count("ledger.failed", 1, "reason", reason);
  }
}
