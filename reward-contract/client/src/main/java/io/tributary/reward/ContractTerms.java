package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/**
 * What a deployment chooses, once and for good. The contract holds each to bounds of its own.
 *
 * @param feeBps fee of each redemption, in hundredths of a per cent
 * @param burnBps the part of fees that is burned
 * @param kappaBps the most a payee's subsidy can be of the fees it generated
 * @param thaw how long escrow, reservations and signers stay good once called back
 * @param exit how long a leaving node's stake stays
 * @param pause how long a pause of redemption lasts unless ended before
 * @param minStake the least stake of a node
 * @param guardian who may pause redemption; empty for nobody
 */
public record ContractTerms(
    int feeBps,
    int burnBps,
    int kappaBps,
    Duration thaw,
    Duration exit,
    Duration pause,
    Amount minStake,
    Optional<EvmAddress> guardian) {
  /** The whole, in hundredths of a per cent. */
  public static final int BPS = 10_000;

  /** Five per cent, of which forty are burned; half of the fees at most come back. */
  public static ContractTerms defaults() {
    return new ContractTerms(
        500,
        4_000,
        5_000,
        Duration.ofDays(5),
        Duration.ofDays(14),
        Duration.ofDays(3),
        new Amount(BigInteger.TEN.pow(20)),
        Optional.empty());
  }
}
