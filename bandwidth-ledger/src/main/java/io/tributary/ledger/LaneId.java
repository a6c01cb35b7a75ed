package io.tributary.ledger;

/**
 * A lane of payment: one signing process of a payer towards one payee.
 *
 * <p>Amounts and bytes of a lane only grow, over its whole life. Each process that signs for a
 * payer has a lane of its own, so two of them never race.
 *
 * @param payer whose escrow pays
 * @param payee who is paid
 * @param lane a number the payer chose; not negative
 */
public record LaneId(EvmAddress payer, EvmAddress payee, long lane) {

  /**
   * Checks the number.
   *
   * @throws MalformedLedgerValueException if it is negative
   */
  public LaneId {
    if (lane < 0) {
      throw new MalformedLedgerValueException("lane " + lane + " is negative");
    }
  }

  /** Returns {@code payer>payee#lane}. */
  @Override
  public String toString() {
    return payer + ">" + payee + "#" + lane;
  }
}
