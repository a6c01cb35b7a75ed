package io.tributary.ledger;

import io.tributary.ledger.signature.Signature;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * A voucher and the signature that makes it money.
 *
 * <p>Its form in messages and in the journal has a fixed length; all numbers are big-endian.
 *
 * <pre>
 *  0      20      40     48       64            72       80             112         176
 *  +------+-------+------+--------+-------------+--------+--------------+-----------+
 *  | payer| payee | lane | amount | bytesServed | expiry | receiptsRoot | signature |
 *  +------+-------+------+--------+-------------+--------+--------------+-----------+
 * </pre>
 *
 * @param voucher what is owed
 * @param signature of the voucher's {@linkplain VoucherDigest digest}, not checked yet
 */
public record SignedVoucher(Voucher voucher, Signature signature) {
  /** The length of the encoded form. */
  public static final int BYTES = 176;

  private static final int AMOUNT_BYTES = Amount.BITS / Byte.SIZE;

  /** Writes the encoded form. */
  public void encode(ByteBuffer target) {
    LaneId lane = voucher.lane();
    byte[] units = voucher.amount().units().toByteArray();
    byte[] amount = new byte[AMOUNT_BYTES];
    int significant = Math.min(units.length, AMOUNT_BYTES);
    System.arraycopy(
        units, units.length - significant, amount, AMOUNT_BYTES - significant, significant);
    target
        .put(lane.payer().toBytes())
        .put(lane.payee().toBytes())
        .putLong(lane.lane())
        .put(amount)
        .putLong(voucher.bytesServed())
        .putLong(voucher.expirySeconds())
        .put(voucher.receiptsRoot().toBytes())
        .put(signature.toBytes());
  }

  /** Returns the encoded form. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    encode(bytes);
    return bytes.array();
  }

  /**
   * Reads the encoded form; the signature is not checked.
   *
   * @throws MalformedLedgerValueException if bytes are missing or a value is out of range
   */
  public static SignedVoucher decode(ByteBuffer source) {
    try {
      EvmAddress payer = EvmAddress.of(take(source, EvmAddress.BYTES));
      EvmAddress payee = EvmAddress.of(take(source, EvmAddress.BYTES));
      LaneId lane = new LaneId(payer, payee, source.getLong());
      Amount amount = new Amount(new BigInteger(1, take(source, AMOUNT_BYTES)));
      Voucher voucher =
          new Voucher(
              lane,
              amount,
              source.getLong(),
              source.getLong(),
              Hash256.of(take(source, Hash256.BYTES)));
      return new SignedVoucher(voucher, Signature.parse(take(source, Signature.BYTES)));
    } catch (BufferUnderflowException e) {
      throw new MalformedLedgerValueException("a signed voucher has " + BYTES + " bytes");
    }
  }

  private static byte[] take(ByteBuffer source, int length) {
    byte[] bytes = new byte[length];
    source.get(bytes);
    return bytes;
  }
}
