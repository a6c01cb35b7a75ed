package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.MalformedLedgerValueException;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LedgerRecord.Config;
import io.tributary.ledger.book.LedgerRecord.EpochClose;
import io.tributary.ledger.book.LedgerRecord.Kind;
import io.tributary.ledger.book.LedgerRecord.RawTransaction;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The payloads of records in the journal; numbers are big-endian.
 *
 * <pre>
 *  1 VOUCHER_IN     | signed voucher 176 |
 *  2 VOUCHER_OUT    | signed voucher 176 |
 *  3 REDEEM_INTENT  | payer 20 | payee 20 | lane 8 | amount 16 | nonce 8 | transaction ... |
 *  4 REDEEM_DONE    | payer 20 | payee 20 | lane 8 | amount 16 | block 8 | block hash 32   |
 *  5 EPOCH_CLOSE    | day 8 | received 16 | issued 16 |
 *  6 CONFIG         | chain id 8 | contract 20 |
 *  7 VOUCHER_LIMIT  | payer 20 | payee 20 | lane 8 | amount 16 |
 * </pre>
 */
final class LedgerRecordCodec {
  private static final int AMOUNT_BYTES = Amount.BITS / Byte.SIZE;
  private static final int LANE_BYTES = 2 * EvmAddress.BYTES + Long.BYTES;

  private LedgerRecordCodec() {}

  static ByteBuffer encode(LedgerRecord entry) {
    if (entry instanceof VoucherIn in) {
      return ByteBuffer.wrap(in.signed().toBytes());
    } else if (entry instanceof VoucherOut out) {
      return ByteBuffer.wrap(out.signed().toBytes());
    } else if (entry instanceof VoucherLimit limit) {
      ByteBuffer bytes = ByteBuffer.allocate(LANE_BYTES + AMOUNT_BYTES);
      put(bytes, limit.lane());
      put(bytes, limit.amount());
      return bytes.flip();
    } else if (entry instanceof RedeemIntent intent) {
      byte[] transaction = intent.transaction().toBytes();
      ByteBuffer bytes =
          ByteBuffer.allocate(LANE_BYTES + AMOUNT_BYTES + Long.BYTES + transaction.length);
      put(bytes, intent.lane());
      put(bytes, intent.amount());
      return bytes.putLong(intent.nonce()).put(transaction).flip();
    } else if (entry instanceof RedeemDone done) {
      ByteBuffer bytes =
          ByteBuffer.allocate(LANE_BYTES + AMOUNT_BYTES + Long.BYTES + Hash256.BYTES);
      put(bytes, done.lane());
      put(bytes, done.amount());
      return bytes.putLong(done.block()).put(done.blockHash().toBytes()).flip();
    } else if (entry instanceof EpochClose close) {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + 2 * AMOUNT_BYTES).putLong(close.day());
      put(bytes, close.received());
      put(bytes, close.issued());
      return bytes.flip();
    } else if (entry instanceof Config config) {
      return ByteBuffer.allocate(Long.BYTES + EvmAddress.BYTES)
          .putLong(config.domain().chainId())
          .put(config.domain().contract().toBytes())
          .flip();
    }
    throw new AssertionError(entry);
  }

  /**
   * Reads a payload.
   *
   * @throws MalformedLedgerValueException if it is none of its kind, or the kind is unknown
   */
  static LedgerRecord decode(byte code, ByteBuffer payload) {
    Kind kind =
        Kind.of(code)
            .orElseThrow(
                () -> new MalformedLedgerValueException("a record has the unknown kind " + code));
    LedgerRecord entry;
    try {
      entry = decodeFields(kind, payload);
    } catch (BufferUnderflowException e) {
      throw new MalformedLedgerValueException("a record of kind " + kind + " is too short");
    }
    if (payload.hasRemaining()) {
      throw new MalformedLedgerValueException("a record of kind " + kind + " is too long");
    }
    return entry;
  }

  private static LedgerRecord decodeFields(Kind kind, ByteBuffer in) {
    return switch (kind) {
      case VOUCHER_IN -> new VoucherIn(SignedVoucher.decode(in));
      case VOUCHER_OUT -> new VoucherOut(SignedVoucher.decode(in));
      case REDEEM_INTENT -> new RedeemIntent(lane(in), amount(in), in.getLong(), transaction(in));
      case REDEEM_DONE -> new RedeemDone(lane(in), amount(in), in.getLong(), hash(in));
      case EPOCH_CLOSE -> new EpochClose(in.getLong(), amount(in), amount(in));
      case VOUCHER_LIMIT -> new VoucherLimit(lane(in), amount(in));
      case CONFIG -> new Config(new SettlementDomain(in.getLong(), address(in)));
    };
  }

  private static void put(ByteBuffer target, LaneId lane) {
    target.put(lane.payer().toBytes()).put(lane.payee().toBytes()).putLong(lane.lane());
  }

  private static void put(ByteBuffer target, Amount amount) {
    BigInteger units = amount.units();
    target.putLong(units.shiftRight(Long.SIZE).longValue()).putLong(units.longValue());
  }

  private static LaneId lane(ByteBuffer in) {
    return new LaneId(address(in), address(in), in.getLong());
  }

  private static EvmAddress address(ByteBuffer in) {
    return EvmAddress.of(take(in, EvmAddress.BYTES));
  }

  private static Amount amount(ByteBuffer in) {
    return new Amount(new BigInteger(1, take(in, AMOUNT_BYTES)));
  }

  private static Hash256 hash(ByteBuffer in) {
    return Hash256.of(take(in, Hash256.BYTES));
  }

  private static RawTransaction transaction(ByteBuffer in) {
    if (!in.hasRemaining() || in.remaining() > RawTransaction.MAX_BYTES) {
      throw new MalformedLedgerValueException("a transaction of " + in.remaining() + " bytes");
    }
    return RawTransaction.of(take(in, in.remaining()));
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
