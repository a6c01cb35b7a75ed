package io.tributary.libp2p.trial;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Content of any length that both sides of a trial can make for themselves, and so compare byte for
 * byte.
 *
 * <pre>
 *  B = 131072 bytes of xorshift32 (13, 17, 5) from state 0x9E3779B9, the low byte of each state
 *  chunk n of the content = 65536 bytes of B from offset (4099 n) mod 65536
 * </pre>
 *
 * No two chunks in a row are alike, so bytes that are lost, doubled or swapped show. Stateless.
 */
public final class TrialPattern {

  /** Bytes of a chunk. */
  public static final int CHUNK_BYTES = 64 * 1024;

  private static final int STRIDE_BYTES = 4099;

  private static final ByteBuf BYTES =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(2 * CHUNK_BYTES, 2 * CHUNK_BYTES).writeBytes(generate()));

  private TrialPattern() {}

  private static byte[] generate() {
    byte[] bytes = new byte[2 * CHUNK_BYTES];
    int state = 0x9E3779B9;
    for (int i = 0; i < bytes.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = (byte) state;
    }
    return bytes;
  }

  private static int offset(long position) {
    long chunk = position / CHUNK_BYTES;
    return (int) ((chunk * STRIDE_BYTES) % CHUNK_BYTES) + (int) (position % CHUNK_BYTES);
  }

  private static int length(long position, long wanted) {
    return (int) Math.min(wanted, CHUNK_BYTES - position % CHUNK_BYTES);
  }

  /**
   * The content from a position to the end of its chunk at most.
   *
   * @param maxBytes the most bytes to return
   * @return bytes that must not be written to, to be released as any buffer
   */
  static ByteBuf slice(long position, long maxBytes) {
    return BYTES.retainedSlice(offset(position), length(position, maxBytes));
  }

  /** Whether the readable bytes are the content from a position on. Reads nothing. */
  static boolean matches(long position, ByteBuf data) {
    long at = position;
    for (ByteBuffer part : data.nioBuffers()) {
      while (part.hasRemaining()) {
        int bytes = length(at, part.remaining());
        ByteBuffer expected = BYTES.nioBuffer(offset(at), bytes);
        if (!part.slice(part.position(), bytes).equals(expected)) {
          return false;
        }
        part.position(part.position() + bytes);
        at += bytes;
      }
    }
    return true;
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static void update(MessageDigest hash, ByteBuf data) {
    for (ByteBuffer part : data.nioBuffers()) {
      hash.update(part);
    }
  }

  /** The SHA-256 of the first bytes of the content. */
  public static byte[] sha256(long bytes) {
    MessageDigest hash = newSha256();
    for (long position = 0; position < bytes; ) {
      ByteBuf slice = slice(position, bytes - position);
      update(hash, slice);
      position += slice.readableBytes();
    }
    return hash.digest();
  }
}
