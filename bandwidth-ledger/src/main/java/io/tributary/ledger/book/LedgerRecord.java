package io.tributary.ledger.book;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import java.util.Arrays;
import java.util.Optional;

/** One entry of the journal. */
public sealed interface LedgerRecord {

  /** What a record is; the names are the same in exports, and the codes in files. */
  enum Kind {
    /** {@link VoucherIn}. */
    VOUCHER_IN(1),
    /** {@link VoucherOut}. */
    VOUCHER_OUT(2),
    /** {@link RedeemIntent}. */
    REDEEM_INTENT(3),
    /** {@link RedeemDone}. */
    REDEEM_DONE(4),
    /** {@link EpochClose}. */
    EPOCH_CLOSE(5),
    /** {@link Config}. */
    CONFIG(6),
    /** {@link VoucherLimit}. */
    VOUCHER_LIMIT(7);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    /** The number in files. */
    byte code() {
      return code;
    }

    /** The kind of a number; empty if there is none. */
    static Optional<Kind> of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** What it is. */
  Kind kind();

  /** A voucher that pays this node. Written before it counts as paid. */
  record VoucherIn(SignedVoucher signed) implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.VOUCHER_IN;
    }
  }

  /**
   * A voucher this node owes by. Written before it leaves, or when its lane is at rest if a {@link
   * VoucherLimit} allowed it to leave.
   */
  record VoucherOut(SignedVoucher signed) implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.VOUCHER_OUT;
    }
  }

  /**
   * How much this node may owe on a lane: vouchers of up to so much may leave before they are
   * written down one by one. Written before the first of them leaves; the last one written counts.
   *
   * @param lane whose money goes to whom
   * @param amount of the highest voucher that may leave
   */
  record VoucherLimit(LaneId lane, Amount amount) implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.VOUCHER_LIMIT;
    }
  }

  /**
   * A transaction that is about to redeem a lane's voucher. Written before it leaves, so that after
   * a crash the same transaction is sent again and no second one.
   *
   * @param lane what is redeemed
   * @param amount of the voucher
   * @param nonce of the transaction
   * @param transaction signed, as it is sent
   */
  record RedeemIntent(LaneId lane, Amount amount, long nonce, RawTransaction transaction)
      implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.REDEEM_INTENT;
    }
  }

  /**
   * A redemption that is final on the chain.
   *
   * @param lane what was redeemed
   * @param amount all that has been redeemed on the lane
   * @param block the number of the block
   * @param blockHash its hash
   */
  record RedeemDone(LaneId lane, Amount amount, long block, Hash256 blockHash)
      implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.REDEEM_DONE;
    }
  }

  /**
   * The end of a day of bookkeeping.
   *
   * @param day days since 1970
   * @param received the sum of all lanes that pay this node, over their lives
   * @param issued the sum of all lanes this node owes on, over their lives
   */
  record EpochClose(long day, Amount received, Amount issued) implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.EPOCH_CLOSE;
    }
  }

  /** The contract that all vouchers of this journal are for; its first record. */
  record Config(SettlementDomain domain) implements LedgerRecord {
    @Override
    public Kind kind() {
      return Kind.CONFIG;
    }
  }

  /** The bytes of a signed transaction; never more than {@link #MAX_BYTES}. */
  final class RawTransaction {
    /** The longest transaction that is kept. */
    public static final int MAX_BYTES = 32 << 10;

    private final byte[] raw;

    private RawTransaction(byte[] raw) {
      this.raw = raw;
    }

    /** Copies the bytes of a transaction. */
    public static RawTransaction of(byte[] raw) {
      if (raw.length == 0 || raw.length > MAX_BYTES) {
        throw new IllegalArgumentException("a transaction of " + raw.length + " bytes");
      }
      return new RawTransaction(raw.clone());
    }

    /** Returns the bytes in a new array. */
    public byte[] toBytes() {
      return raw.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RawTransaction transaction && Arrays.equals(raw, transaction.raw);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
      return raw.length + " bytes";
    }
  }
}
