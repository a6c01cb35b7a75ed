package io.tributary.reward;

import io.tributary.reward.ChainException.Reason;
import java.math.BigInteger;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.Transaction1559;
import org.web3j.utils.Numeric;

/**
 * What a transaction may cost, before it is sent.
 *
 * @param gas the most gas it may use
 * @param maxFeeWei the most it pays for a unit of gas, in wei
 * @param tipWei what of that the block's maker gets, in wei
 */
public record Fees(BigInteger gas, BigInteger maxFeeWei, BigInteger tipWei) {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final BigInteger GAS_MARGIN_PERCENT = BigInteger.valueOf(120);

  /**
   * The fees for a call by what the chain asks for now: twice the base fee, which is good for six
   * full blocks, but no more than the ceiling.
   *
   * @throws ChainException if even the present base fee is above the ceiling
   */
  static Fees of(BigInteger estimatedGas, BigInteger baseFeeWei, ChainOptions options)
      throws ChainException {
    BigInteger least = baseFeeWei.add(options.tipWei());
    if (least.compareTo(options.feeCeilingWei()) > 0) {
      throw new ChainException(
          Reason.FEES_ABOVE_CEILING,
          "the chain asks for "
              + least
              + " wei a unit of gas, the ceiling is "
              + options.feeCeilingWei()
              + ". Wait for a quieter time, or raise the ceiling");
    }
    return new Fees(
        estimatedGas.multiply(GAS_MARGIN_PERCENT).divide(HUNDRED),
        baseFeeWei.shiftLeft(1).add(options.tipWei()).min(options.feeCeilingWei()),
        options.tipWei());
  }

  /** The most the transaction can cost, in wei. */
  public BigInteger mostWei() {
    return gas.multiply(maxFeeWei);
  }

  /** The fees that a signed transaction offers. */
  static Fees ofSigned(byte[] raw) {
    Transaction1559 signed =
        (Transaction1559) TransactionDecoder.decode(Numeric.toHexString(raw)).getTransaction();
    return new Fees(
        signed.getGasLimit(), signed.getMaxFeePerGas(), signed.getMaxPriorityFeePerGas());
  }

  /**
   * An eighth more a unit of gas: the least with which a chain takes one transaction for another.
   */
  Fees more() {
    return new Fees(gas, eighthMore(maxFeeWei), eighthMore(tipWei));
  }

  /** The larger of each of two fees. */
  Fees atLeast(Fees other) {
    return new Fees(gas.max(other.gas), maxFeeWei.max(other.maxFeeWei), tipWei.max(other.tipWei));
  }

  private static BigInteger eighthMore(BigInteger fee) {
    return fee.add(fee.shiftRight(3)).add(BigInteger.ONE);
  }
}
