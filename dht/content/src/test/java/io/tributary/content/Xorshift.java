package io.tributary.content;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/** The test vectors' generator of bytes, xorshift64*, as a channel of a given length. */
public final class Xorshift implements ReadableByteChannel {
  private final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long state;
  private long left;
  private boolean open = true;

  public Xorshift(long seed, long length) {
    state = seed;
    left = length;
  }

  /** Returns all bytes at once. */
  public static byte[] bytes(long seed, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    Xorshift source = new Xorshift(seed, length);
    while (bytes.hasRemaining()) {
      source.read(bytes);
    }
    return bytes.array();
  }

  /** Reads a channel to its end. */
  public static byte[] drain(ReadableByteChannel channel) throws java.io.IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(1 << 20);
    while (channel.read(chunk.clear()) >= 0) {
      all.write(chunk.array(), 0, chunk.position());
    }
    return all.toByteArray();
  }

  @Override
  public int read(ByteBuffer target) {
    if (left == 0) {
      return -1;
    }
    int start = target.position();
    while (target.hasRemaining() && left > 0) {
      if (!word.hasRemaining()) {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        word.clear().putLong(state * 0x2545F4914F6CDD1DL).flip();
      }
      if (word.remaining() == 8 && target.remaining() >= 8 && left >= 8) {
        target.put(word);
        left -= 8;
      } else {
        target.put(word.get());
        left--;
      }
    }
    return target.position() - start;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
