package io.tributary.libp2p.security.noise;

/**
 * The frame in which every Noise message travels, in the handshake and after it.
 *
 * <pre>
 *   0          2                          2 + length
 *  +----------+---------------------------+
 *  | length   | Noise message             |     length: unsigned, BIG endian, 0..65535
 *  | (2)      | (length)                  |
 *  +----------+---------------------------+
 * </pre>
 *
 * After the handshake a message is ciphertext of {@code length - 16} bytes and a tag of 16.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md#wire-format">Wire
 *     Format</a>
 */
final class NoiseFrame {
  static final int LENGTH_BYTES = 2;

  /** The longest message the length can express. */
  static final int MAX_MESSAGE_BYTES = 65_535;

  /** What a frame adds to its plain bytes. */
  static final int OVERHEAD_BYTES = LENGTH_BYTES + CipherState.TAG_BYTES;

  /**
   * How many plain bytes this side puts into a frame at most: one less than fit, so that a full
   * frame is 64 KiB on the wire and a batch of them fills a power of two.
   */
  static final int MAX_PLAIN_BYTES = 65_536 - OVERHEAD_BYTES;

  private NoiseFrame() {}
}
