package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TRUNCATED;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.UNKNOWN_CODE;

/**
 * A base whose texts say by their first character which base they are in.
 *
 * <p>Every base has one text for given bytes: no padding, no bits left over, no other case.
 *
 * @see <a href="https://github.com/multiformats/multibase">multibase</a>
 */
public enum Multibase {
  /** {@code f}: hexadecimal, lower case. */
  BASE16('f', new BitsCodec("0123456789abcdef")),
  /** {@code F}: hexadecimal, upper case. */
  BASE16_UPPER('F', new BitsCodec("0123456789ABCDEF")),
  /** {@code b}: RFC 4648 base32, lower case; the base of CIDs. */
  BASE32('b', new BitsCodec("abcdefghijklmnopqrstuvwxyz234567")),
  /** {@code B}: RFC 4648 base32, upper case. */
  BASE32_UPPER('B', new BitsCodec("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
  /** {@code k}: base36, lower case; for ids in host names. */
  BASE36('k', new RadixCodec("0123456789abcdefghijklmnopqrstuvwxyz")),
  /** {@code z}: base58 with Bitcoin's alphabet. */
  BASE58_BTC('z', Base58.BTC),
  /** {@code u}: RFC 4648 base64url; the base of certificate hashes. */
  BASE64_URL(
      'u', new BitsCodec("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));

  private final char prefix;
  private final BaseCodec codec;

  Multibase(char prefix, BaseCodec codec) {
    this.prefix = prefix;
    this.codec = codec;
  }

  /** Returns the character that the texts of this base begin with. */
  public char prefix() {
    return prefix;
  }

  /** Returns the text of some bytes, with its prefix. */
  public String encode(byte[] bytes) {
    return prefix + codec.encode(bytes);
  }

  /**
   * Returns the bytes of a text in whichever base its prefix names.
   *
   * @throws MalformedFormatException if the base is none of these or the text is not of its base
   */
  public static byte[] decode(CharSequence text) {
    if (text.length() == 0) {
      throw new MalformedFormatException(TRUNCATED, "a multibase text is empty");
    }
    for (Multibase base : values()) {
      if (base.prefix == text.charAt(0)) {
        return base.codec.decode(text.subSequence(1, text.length()));
      }
    }
    throw new MalformedFormatException(
        UNKNOWN_CODE,
        "no multibase known here begins with "
            + MalformedFormatException.quote(text.toString().substring(0, 1)));
  }
}
