package io.tributary.ledger;

import java.math.BigInteger;

/**
 * The price of 2^30 delivered bytes.
 *
 * @param amount base units of the token per GiB; 0 gives bytes away
 */
public record PricePerGib(Amount amount) implements Comparable<PricePerGib> {
  /** Nothing per GiB. */
  public static final PricePerGib FREE = new PricePerGib(Amount.ZERO);

  private static final int GIB_SHIFT = 30;
  private static final BigInteger ROUND_UP =
      BigInteger.ONE.shiftLeft(GIB_SHIFT).subtract(BigInteger.ONE);

  /** A price of so many base units per GiB. */
  public static PricePerGib of(long unitsPerGib) {
    return new PricePerGib(Amount.of(unitsPerGib));
  }

  /**
   * What some bytes cost, rounded up to whole base units.
   *
   * <p>To charge for parts of a whole, subtract the costs of totals: the sum of costs of parts is
   * larger than the cost of their sum.
   *
   * @param bytes not negative
   * @throws MalformedLedgerValueException if the cost has more than 128 bits
   */
  public Amount costOf(long bytes) {
    if (bytes < 0) {
      throw new MalformedLedgerValueException("bytes " + bytes + " is negative");
    }
    return new Amount(
        amount.units().multiply(BigInteger.valueOf(bytes)).add(ROUND_UP).shiftRight(GIB_SHIFT));
  }

  /**
   * How many bytes an amount pays for; {@code Long.MAX_VALUE} if they are that many or more, or
   * cost nothing.
   */
  public long bytesFor(Amount paid) {
    if (amount.isZero()) {
      return Long.MAX_VALUE;
    }
    BigInteger bytes = paid.units().shiftLeft(GIB_SHIFT).divide(amount.units());
    return bytes.bitLength() < Long.SIZE ? bytes.longValue() : Long.MAX_VALUE;
  }

  @Override
  public int compareTo(PricePerGib other) {
    return amount.compareTo(other.amount);
  }

  /** Returns the base units per GiB in decimal digits. */
  @Override
  public String toString() {
    return amount.toString();
  }
}
