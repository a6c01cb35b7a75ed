package io.tributary.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.SplittableRandom;

/** A channel that hands out another's bytes in reads of random size, as a socket does. */
public final class Dribble implements ReadableByteChannel {
  private final ReadableByteChannel source;
  private final SplittableRandom random;
  private final int maxBytes;

  public Dribble(ReadableByteChannel source, SplittableRandom random, int maxBytes) {
    this.source = source;
    this.random = random;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int limit = target.limit();
    target.limit(Math.min(limit, target.position() + random.nextInt(1, maxBytes + 1)));
    try {
      return source.read(target);
    } finally {
      target.limit(limit);
    }
  }

  @Override
  public boolean isOpen() {
    return source.isOpen();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
