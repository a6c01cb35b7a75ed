package io.tributary.origin.identity;

/** Base 58 with Bitcoin's alphabet, for the few dozen bytes of an address. */
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final char ZERO = ALPHABET.charAt(0);

  private Base58() {}

  /** Writes bytes as a big-endian number, with one leading {@code 1} for each leading zero byte. */
  static String encode(byte[] bytes) {
    byte[] number = bytes.clone();
    int zeros = 0;
    while (zeros < number.length && number[zeros] == 0) {
      zeros++;
    }
    StringBuilder reversed = new StringBuilder(number.length * 138 / 100 + 1);
    int start = zeros;
    while (start < number.length) {
      int remainder = 0;
      for (int i = start; i < number.length; i++) {
        int value = (remainder << 8) | (number[i] & 0xff);
        number[i] = (byte) (value / 58);
        remainder = value % 58;
      }
      reversed.append(ALPHABET.charAt(remainder));
      while (start < number.length && number[start] == 0) {
        start++;
      }
    }
    reversed.append(String.valueOf(ZERO).repeat(zeros));
    return reversed.reverse().toString();
  }

  /**
   * Reads what {@link #encode} writes. The time grows with the square of the length, so the caller
   * bounds the text first.
   *
   * @throws MalformedAddressException if a character is not of the alphabet
   */
  static byte[] decode(CharSequence text) {
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == ZERO) {
      zeros++;
    }
    byte[] number = new byte[text.length()];
    int used = 0;
    for (int i = zeros; i < text.length(); i++) {
      int carry = ALPHABET.indexOf(text.charAt(i));
      if (carry < 0) {
        throw new MalformedAddressException("character " + i + " is not of base 58");
      }
      int length = 0;
      for (int j = number.length - 1; carry != 0 || length < used; j--, length++) {
        carry += 58 * (number[j] & 0xff);
        number[j] = (byte) carry;
        carry >>>= 8;
      }
      used = length;
    }
    byte[] bytes = new byte[zeros + used];
    System.arraycopy(number, number.length - used, bytes, zeros, used);
    return bytes;
  }
}
