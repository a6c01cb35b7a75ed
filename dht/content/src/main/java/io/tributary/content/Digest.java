package io.tributary.content;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A SHA-256 value, held as four big-endian words so that it is immutable, compact and cheap to
 * compare.
 *
 * <p>CESS writes every hash as 64 lower-case hexadecimal characters and nothing else: no prefix, no
 * upper case, no white space. {@link #parse} accepts exactly that.
 *
 * @param word0 bytes 0 to 7
 * @param word1 bytes 8 to 15
 * @param word2 bytes 16 to 23
 * @param word3 bytes 24 to 31
 */
public record Digest(long word0, long word1, long word2, long word3) implements Comparable<Digest> {
  /** The length of the raw form. */
  public static final int BYTES = 32;

  /** The length of the text form, which is also what the chain stores. */
  public static final int HEX_CHARS = 64;

  private static final HexFormat HEX = HexFormat.of();

  /**
   * Reads the 64 lower-case hexadecimal characters of a hash.
   *
   * @throws MalformedIdException if the text is anything else
   */
  public static Digest parse(CharSequence text) {
    if (text.length() != HEX_CHARS) {
      throw new MalformedIdException(
          "a hash has " + HEX_CHARS + " characters, this has " + text.length());
    }
    return new Digest(word(text, 0), word(text, 16), word(text, 32), word(text, 48));
  }

  /**
   * Wraps 32 raw bytes; the array is copied.
   *
   * @throws MalformedIdException if there are not exactly 32
   */
  public static Digest of(byte[] raw) {
    if (raw.length != BYTES) {
      throw new MalformedIdException("a hash has " + BYTES + " bytes, this has " + raw.length);
    }
    return read(ByteBuffer.wrap(raw));
  }

  /** Reads the next 32 bytes of a big-endian buffer and moves its position. */
  static Digest read(ByteBuffer in) {
    return new Digest(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  /** Returns the 32 raw bytes in a new array. */
  public byte[] toBytes() {
    byte[] raw = new byte[BYTES];
    ByteBuffer.wrap(raw).putLong(word0).putLong(word1).putLong(word2).putLong(word3);
    return raw;
  }

  /** Returns the 64 lower-case hexadecimal characters. */
  public String toHex() {
    return HEX.formatHex(toBytes());
  }

  /** Orders by the raw bytes, unsigned. */
  @Override
  public int compareTo(Digest other) {
    int order = Long.compareUnsigned(word0, other.word0);
    if (order == 0) {
      order = Long.compareUnsigned(word1, other.word1);
    }
    if (order == 0) {
      order = Long.compareUnsigned(word2, other.word2);
    }
    return order != 0 ? order : Long.compareUnsigned(word3, other.word3);
  }

  @Override
  public String toString() {
    return toHex();
  }

  private static long word(CharSequence text, int from) {
    long word = 0;
    for (int i = from; i < from + 16; i++) {
      char c = text.charAt(i);
      int nibble;
      if (c >= '0' && c <= '9') {
        nibble = c - '0';
      } else if (c >= 'a' && c <= 'f') {
        nibble = c - 'a' + 10;
      } else {
        throw new MalformedIdException(
            "character " + i + " of a hash is not one of 0-9 and a-f (lower case)");
      }
      word = word << 4 | nibble;
    }
    return word;
  }
}
