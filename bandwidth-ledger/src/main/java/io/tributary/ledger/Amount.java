package io.tributary.ledger;

import java.math.BigInteger;

/**
 * An amount of money in base units of the token, the smallest there is; from 0 to 2^128 - 1.
 *
 * @param units the base units
 */
public record Amount(BigInteger units) implements Comparable<Amount> {
  /** The width of the number on the chain. */
  public static final int BITS = 128;

  /** Nothing. */
  public static final Amount ZERO = new Amount(BigInteger.ZERO);

  /**
   * Checks the range.
   *
   * @throws MalformedLedgerValueException if the number is negative or has more than 128 bits
   */
  public Amount {
    if (units.signum() < 0) {
      throw new MalformedLedgerValueException("amount " + units + " is negative");
    }
    if (units.bitLength() > BITS) {
      throw new MalformedLedgerValueException(
          "an amount of " + units.bitLength() + " bits does not fit into " + BITS);
    }
  }

  /** An amount of so many base units. */
  public static Amount of(long units) {
    return new Amount(BigInteger.valueOf(units));
  }

  /**
   * The sum.
   *
   * @throws MalformedLedgerValueException if it has more than 128 bits
   */
  public Amount plus(Amount other) {
    return new Amount(units.add(other.units));
  }

  /**
   * The difference.
   *
   * @throws MalformedLedgerValueException if the other is larger
   */
  public Amount minus(Amount other) {
    return new Amount(units.subtract(other.units));
  }

  /** Whether this is nothing. */
  public boolean isZero() {
    return units.signum() == 0;
  }

  /** The larger of both. */
  public Amount max(Amount other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Amount other) {
    return units.compareTo(other.units);
  }

  /** Returns the base units in decimal digits. */
  @Override
  public String toString() {
    return units.toString();
  }
}
