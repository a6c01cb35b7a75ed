package io.tributary.exchange.wire;

import io.tributary.exchange.MalformedExchangeException;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** The fields that the messages of all protocols have; numbers are big-endian. */
final class Fields {
  static final int VERSION = 1;
  static final int AMOUNT_BYTES = Amount.BITS / Byte.SIZE;

  private static final int BYTE_MASK = 0xFF;

  private Fields() {}

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new MalformedExchangeException(what);
    }
  }

  static void requireLength(byte[] message, int length, String what) {
    require(message.length == length, what + " of " + message.length + " bytes");
  }

  static void version(ByteBuffer in) {
    int version = code(in);
    require(version == VERSION, "version " + version);
  }

  /** An unsigned byte. */
  static int code(ByteBuffer in) {
    return in.get() & BYTE_MASK;
  }

  /** A 32-bit number that is not negative. */
  static int count(ByteBuffer in, String what) {
    int value = in.getInt();
    require(value >= 0, what + " is out of range");
    return value;
  }

  /** A 64-bit number that is not negative. */
  static long bytes(ByteBuffer in, String what) {
    long value = in.getLong();
    require(value >= 0, what + " is out of range");
    return value;
  }

  static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  static void zeros(ByteBuffer in, int length, String what) {
    for (int i = 0; i < length; i++) {
      require(in.get() == 0, what + " is not zero");
    }
  }

  static boolean flag(ByteBuffer in, String what) {
    int value = code(in);
    require(value <= 1, what + " is no flag");
    return value == 1;
  }

  static EvmAddress address(ByteBuffer in) {
    return EvmAddress.of(take(in, EvmAddress.BYTES));
  }

  static Amount amount(ByteBuffer in) {
    return new Amount(new BigInteger(1, take(in, AMOUNT_BYTES)));
  }

  static void put(ByteBuffer out, Amount amount) {
    out.putLong(amount.units().shiftRight(Long.SIZE).longValue());
    out.putLong(amount.units().longValue());
  }

  static PricePerGib price(ByteBuffer in) {
    return new PricePerGib(amount(in));
  }

  static void put(ByteBuffer out, PricePerGib price) {
    put(out, price.amount());
  }
}
