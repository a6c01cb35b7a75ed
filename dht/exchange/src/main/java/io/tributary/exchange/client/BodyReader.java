package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.wire.FragmentCodec;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells a delivery's content from its trailer, which is whatever comes last. Not thread-safe.
 *
 * <p>The last 52 bytes that have come may be the trailer of a delivery that ends early, so they are
 * held back until more have come. Nothing is copied.
 */
final class BodyReader {
  private final int lengthBytes;
  private final Deque<ByteBuf> pieces = new ArrayDeque<>();
  private long queuedBytes;
  private long arrivedBytes;
  private long polledBytes;
  private boolean isEnded;

  /**
   * A reader.
   *
   * @param lengthBytes how much content there is if nothing goes wrong
   */
  BodyReader(int lengthBytes) {
    this.lengthBytes = lengthBytes;
  }

  /**
   * Takes what has come, and releases it in time.
   *
   * @throws MalformedExchangeException if it is more than content and a trailer
   */
  void add(ByteBuf data) {
    pieces.add(data);
    queuedBytes += data.readableBytes();
    arrivedBytes += data.readableBytes();
    if (arrivedBytes > (long) lengthBytes + FragmentCodec.TRAILER_BYTES) {
      throw new MalformedExchangeException("bytes behind a trailer");
    }
  }

  /**
   * Takes the end of the stream.
   *
   * @throws MalformedExchangeException if there is no room for a trailer
   */
  void end() {
    if (arrivedBytes < FragmentCodec.TRAILER_BYTES) {
      throw new MalformedExchangeException("a delivery without a trailer");
    }
    isEnded = true;
  }

  /** How many bytes are known to be content, from the first on. */
  long contentBytes() {
    return Math.max(0, Math.min(lengthBytes, arrivedBytes - FragmentCodec.TRAILER_BYTES));
  }

  /** How many of them can be polled. */
  long readyBytes() {
    return contentBytes() - polledBytes;
  }

  /**
   * Takes content out.
   *
   * @param maxBytes at most {@link #readyBytes}, more than 0
   * @return some of it, which the caller releases
   */
  ByteBuf poll(long maxBytes) {
    ByteBuf head = pieces.element();
    int bytes = (int) Math.min(maxBytes, head.readableBytes());
    polledBytes += bytes;
    queuedBytes -= bytes;
    return bytes == head.readableBytes() ? pieces.remove() : head.readRetainedSlice(bytes);
  }

  /** Whether the end has come. */
  boolean isEnded() {
    return isEnded;
  }

  /** The trailer's bytes, once the end has come; content that was not polled is dropped. */
  byte[] trailer() {
    byte[] trailer = new byte[FragmentCodec.TRAILER_BYTES];
    long skip = queuedBytes - trailer.length;
    int filled = 0;
    for (ByteBuf piece : pieces) {
      int skipped = (int) Math.min(skip, piece.readableBytes());
      skip -= skipped;
      int taken = piece.readableBytes() - skipped;
      piece.getBytes(piece.readerIndex() + skipped, trailer, filled, taken);
      filled += taken;
    }
    return trailer;
  }

  /** Drops what is held. */
  void close() {
    pieces.forEach(ByteBuf::release);
    pieces.clear();
    queuedBytes = 0;
  }
}
