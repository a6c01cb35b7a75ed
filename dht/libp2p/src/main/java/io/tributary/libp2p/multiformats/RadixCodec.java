package io.tributary.libp2p.multiformats;

import com.google.errorprone.annotations.Immutable;

/**
 * A base that is no power of two: the bytes are one big-endian number, written in another radix,
 * and each leading zero byte becomes one leading zero digit.
 */
@Immutable
final class RadixCodec extends BaseCodec {

  RadixCodec(String alphabet) {
    super(alphabet);
  }

  @Override
  String encode(byte[] bytes) {
    int zeros = skipZeros(bytes, 0);
    // log(256) / log(base) digits a byte; the smallest base here, 36, needs 1.55.
    char[] out = new char[bytes.length * 2];
    int first = out.length;
    byte[] number = bytes.clone();
    for (int from = zeros; from < number.length; ) {
      out[--first] = character(divide(number, from, 256, base()));
      from = skipZeros(number, from);
    }
    for (int i = 0; i < zeros; i++) {
      out[--first] = character(0);
    }
    return new String(out, first, out.length - first);
  }

  @Override
  byte[] decode(CharSequence text) {
    requireLength(text);
    byte[] number = new byte[text.length()];
    for (int i = 0; i < number.length; i++) {
      number[i] = (byte) digit(text, i);
    }
    int zeros = skipZeros(number, 0);
    byte[] out = new byte[number.length];
    int first = out.length;
    for (int from = zeros; from < number.length; ) {
      out[--first] = (byte) divide(number, from, base(), 256);
      from = skipZeros(number, from);
    }
    byte[] bytes = new byte[zeros + out.length - first];
    System.arraycopy(out, first, bytes, zeros, out.length - first);
    return bytes;
  }

  private static int skipZeros(byte[] number, int from) {
    int at = from;
    while (at < number.length && number[at] == 0) {
      at++;
    }
    return at;
  }

  /** Divides a number, whose digits start at an index, in place and returns the remainder. */
  private static int divide(byte[] number, int from, int radix, int divisor) {
    int remainder = 0;
    for (int i = from; i < number.length; i++) {
      int part = remainder * radix + (number[i] & 0xff);
      number[i] = (byte) (part / divisor);
      remainder = part % divisor;
    }
    return remainder;
  }
}
