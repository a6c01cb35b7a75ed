package io.tributary.exchange;

import io.tributary.ledger.credit.Verdict;

/**
 * Where both sides of an exchange report what can be counted. Called on event loops and on the
 * journal's thread: implementations are quick and thread-safe.
 */
public interface ExchangeMetrics {

  /** Counts nothing. */
  ExchangeMetrics NONE = new ExchangeMetrics() {};

  /** A request was answered; with {@code OK} its delivery begins. */
  default void answered(Status status, CacheOutcome outcome) {}

  /**
   * A delivery that had begun ended.
   *
   * @param ending {@code VERIFIED}, {@code ABORTED}, the name of a {@link Status}, or {@code
   *     BROKEN_OFF}
   * @param bytes of content sent
   */
  default void delivered(Priority priority, String ending, long bytes) {}

  /** A delivery has to wait because its lane's credit is used up. */
  default void cutOff() {}

  /**
   * A fetch ended.
   *
   * @param ending {@code VERIFIED}, {@code UNVERIFIED} or the name of a {@link Reason}
   * @param bytes of content received
   */
  default void fetched(String ending, long bytes) {}

  /** A voucher that pays this node is durable. */
  default void voucherReceived() {}

  /** A voucher this node owes by is durable and leaves. */
  default void voucherIssued() {}

  /** This node judges a voucher, or a side of a lane. */
  default void judged(Verdict verdict) {}

  /** A payee refused this node's voucher. */
  default void voucherRefused(Verdict verdict) {}

  /** A record could not be written to the ledger. */
  default void ledgerFailed(String reason) {}
}
