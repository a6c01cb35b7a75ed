package io.tributary.exchange.lane;

import io.tributary.exchange.Status;
import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.signature.Signature;
import java.util.Optional;

/**
 * What a payer and a payee tell each other of one lane.
 *
 * <pre>
 *  payer                                            payee
 *    | -- Open(lane, proof, best voucher) ----------> |   both sides meet: the highest voucher
 *    | <- Offer(price, window, sent, best voucher) -- |   that either has wins
 *    |                                                |
 *    | -- Pay(voucher) -----------------------------> |   leaves under a limit written down here,
 *    | <- Durable(amount, bytes, window, sent) ------ |   is written down there before it counts
 *    |                                                |
 *    | <- Refused(verdict, amount, bytes) ----------- |   a voucher that does not count
 *    | <- Price(price) ------------------------------ |   from now on
 *    | <- Closed(status) ---------------------------- |   the end
 * </pre>
 *
 * <p>All are idempotent: amounts and bytes only grow over the life of a lane, so a message that
 * comes twice or late changes nothing.
 */
public sealed interface LaneMessage {

  /**
   * The payer's first word.
   *
   * @param domain the contract its vouchers are for
   * @param lane whose money goes to whom
   * @param proof that the peer may spend on the lane, see {@link LaneProof}; not checked yet
   * @param best the highest voucher the payer ever signed on the lane; not checked yet
   */
  record Open(SettlementDomain domain, LaneId lane, Signature proof, Optional<SignedVoucher> best)
      implements LaneMessage {}

  /**
   * The payee's first word.
   *
   * @param price what is asked for
   * @param windowBytes what may be sent beyond paid bytes; not negative
   * @param sentBytes all bytes sent on the lane, as far as the payee knows; not negative
   * @param best the payee's highest durable voucher
   */
  record Offer(PricePerGib price, long windowBytes, long sentBytes, Optional<SignedVoucher> best)
      implements LaneMessage {}

  /** A voucher; it replaces all before it. */
  record Pay(SignedVoucher voucher) implements LaneMessage {}

  /**
   * The payee's highest durable voucher, told whenever there is a new one or a delivery broke off.
   *
   * @param amount of the voucher
   * @param bytesServed of the voucher; not negative
   * @param windowBytes what may be sent beyond it; not negative
   * @param sentBytes all bytes sent on the lane; not negative
   */
  record Durable(Amount amount, long bytesServed, long windowBytes, long sentBytes)
      implements LaneMessage {}

  /**
   * A voucher does not count.
   *
   * @param verdict why
   * @param amount of the voucher
   * @param bytesServed of the voucher; not negative
   */
  record Refused(Verdict verdict, Amount amount, long bytesServed) implements LaneMessage {}

  /** Another price, from now on. */
  record Price(PricePerGib price) implements LaneMessage {}

  /** The payee will not, or no longer, be paid on the lane; the stream ends. */
  record Closed(Status status) implements LaneMessage {}
}
