package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_CHARACTER;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;

import com.google.errorprone.annotations.Immutable;

/** An alphabet, and the way a family of bases writes bytes with it. */
@Immutable
abstract class BaseCodec {
  /** The longest text that is decoded: ids and hashes are short, and a radix costs n². */
  static final int MAX_CHARS = 1024;

  private final String alphabet;

  BaseCodec(String alphabet) {
    this.alphabet = alphabet;
  }

  abstract String encode(byte[] bytes);

  abstract byte[] decode(CharSequence text);

  final int base() {
    return alphabet.length();
  }

  final char character(int digit) {
    return alphabet.charAt(digit);
  }

  final int digit(CharSequence text, int index) {
    int digit = alphabet.indexOf(text.charAt(index));
    if (digit < 0) {
      throw new MalformedFormatException(
          BAD_CHARACTER, "character " + index + " is not in the alphabet of base " + base());
    }
    return digit;
  }

  static void requireLength(CharSequence text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedFormatException(
          TOO_LONG, "a text has at most " + MAX_CHARS + " characters, this has " + text.length());
    }
  }
}
