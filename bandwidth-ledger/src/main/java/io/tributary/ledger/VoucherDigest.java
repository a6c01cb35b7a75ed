package io.tributary.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * Computes what is signed of vouchers for one settlement contract. Thread-safe.
 *
 * <p>The structure is fixed, so its encoding is one array that is filled in place:
 *
 * <pre>
 *  digest = keccak256( 0x19 0x01 | domain separator | keccak256(words) )
 *
 *  words, of 32 bytes, numbers big-endian on the right:
 *   0  keccak256("Voucher(address payer,address payee,uint64 lane,uint128 amount,
 *                 uint64 bytesServed,uint64 expiry,bytes32 receiptsRoot)")
 *   1  payer      2  payee      3  lane     4  amount
 *   5  bytesServed              6  expiry   7  receiptsRoot
 * </pre>
 *
 * @see <a href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</a>
 */
public final class VoucherDigest {
  private static final byte[] TYPE_HASH =
      Keccak256.hash(
          ("Voucher(address payer,address payee,uint64 lane,uint128 amount,"
                  + "uint64 bytesServed,uint64 expiry,bytes32 receiptsRoot)")
              .getBytes(US_ASCII));

  private static final byte[] PREFIX = {0x19, 0x01};
  private static final int WORD_BYTES = 32;
  private static final int WORDS = 8;
  private static final BigInteger LOW_64 =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private final byte[] separator;

  /** Digests for one contract. */
  public VoucherDigest(SettlementDomain domain) {
    this.separator = domain.separator().toBytes();
  }

  /** Returns what is signed of a voucher. */
  public Hash256 of(Voucher voucher) {
    return Hash256.hashing(PREFIX, separator, structHash(voucher));
  }

  private static byte[] structHash(Voucher voucher) {
    byte[] words = new byte[WORDS * WORD_BYTES];
    LaneId lane = voucher.lane();
    System.arraycopy(TYPE_HASH, 0, words, 0, WORD_BYTES);
    lane.payer().copyTo(words, 2 * WORD_BYTES - EvmAddress.BYTES);
    lane.payee().copyTo(words, 3 * WORD_BYTES - EvmAddress.BYTES);
    ByteBuffer numbers = ByteBuffer.wrap(words);
    numbers.putLong(4 * WORD_BYTES - Long.BYTES, lane.lane());
    BigInteger amount = voucher.amount().units();
    numbers.putLong(5 * WORD_BYTES - 2 * Long.BYTES, amount.shiftRight(Long.SIZE).longValue());
    numbers.putLong(5 * WORD_BYTES - Long.BYTES, amount.and(LOW_64).longValue());
    numbers.putLong(6 * WORD_BYTES - Long.BYTES, voucher.bytesServed());
    numbers.putLong(7 * WORD_BYTES - Long.BYTES, voucher.expirySeconds());
    voucher.receiptsRoot().copyTo(words, 7 * WORD_BYTES);
    return Keccak256.hash(words);
  }
}
