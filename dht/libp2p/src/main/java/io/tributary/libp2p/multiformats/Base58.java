package io.tributary.libp2p.multiformats;

/**
 * Base58 with Bitcoin's alphabet, without a checksum: how peer ids are written.
 *
 * <p>Stateless; all methods may be called from any thread.
 */
public final class Base58 {
  static final BaseCodec BTC =
      new RadixCodec("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

  private Base58() {}

  /** Returns the text of some bytes; the cost grows with the square of their number. */
  public static String encode(byte[] bytes) {
    return BTC.encode(bytes);
  }

  /**
   * Returns the bytes of a text.
   *
   * @throws MalformedFormatException if it has another character or more than 1024 of them
   */
  public static byte[] decode(CharSequence text) {
    return BTC.decode(text);
  }
}
