package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;

/** Writes the head of an answer as ASCII, without making strings. Used by one thread. */
public final class HeadWriter {
  private static final int MAX_DIGITS = 19;

  private final ByteBuf out;
  private final byte[] digits = new byte[MAX_DIGITS];

  /** Appends to a buffer. */
  public HeadWriter(ByteBuf out) {
    this.out = out;
  }

  /** Appends bytes as they are. */
  public HeadWriter ascii(byte[] text) {
    out.writeBytes(text);
    return this;
  }

  /** Appends a number of at least 0 in decimal digits. */
  public HeadWriter number(long value) {
    int at = MAX_DIGITS;
    long left = value;
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    out.writeBytes(digits, at, MAX_DIGITS - at);
    return this;
  }

  /** Appends 16 hexadecimal digits. */
  public HeadWriter hex(long value) {
    out.writeLong(hexDigits((int) (value >>> 32)));
    out.writeLong(hexDigits((int) value));
    return this;
  }

  /** Spreads eight half-bytes over eight bytes and makes digits of all of them at a time. */
  private static long hexDigits(int value) {
    long spread = value & 0xffff_ffffL;
    spread = (spread | spread << 16) & 0x0000_ffff_0000_ffffL;
    spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ffL;
    spread = (spread | spread << 4) & 0x0f0f_0f0f_0f0f_0f0fL;
    long letters = ((spread + 0x0606_0606_0606_0606L) >>> 4) & 0x0101_0101_0101_0101L;
    return spread + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
  }
}
