package io.tributary.libp2p.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.Duration;

/**
 * A reliable, ordered stream of bytes in both directions, one of many on a connection.
 *
 * <h2>Writing</h2>
 *
 * Bytes handed to {@link #write} go out in order without being copied; frames are flushed together
 * at the end of the event loop's turn. A writer stops when {@link #isWritable()} turns false and
 * goes on at {@link StreamHandler#onWritable}. One that never stops meets the stream's bound on
 * queued bytes, and the stream is reset with {@link ResetReason#SEND_BOUND_PASSED}.
 *
 * <h2>Reading</h2>
 *
 * The peer may send as many bytes as it has credit for. Credit goes back to it when bytes are
 * <em>consumed</em>: by default when {@link StreamHandler#onData} returns; after {@link
 * #creditOnReturn creditOnReturn(false)} only when the application calls {@link #credit}. With
 * {@link #autoRead autoRead(false)} bytes stay queued, unconsumed, and at most one window of them.
 * So a slow reader stops the writer at bounded memory in either way.
 *
 * <h2>Threads</h2>
 *
 * All methods may be called from any thread. Calls from outside the event loop take effect in the
 * order they are made.
 */
public interface ByteStream {

  /** The smallest share. */
  int MIN_WEIGHT = 1;

  /** The share of a stream that nobody asked about. */
  int DEFAULT_WEIGHT = 16;

  /** The largest share. */
  int MAX_WEIGHT = 256;

  /** The stream's number on its connection, for logs. */
  long id();

  /** Whether this side opened the stream. */
  boolean isInitiator();

  /** The loop on which the handler is called. */
  EventLoop eventLoop();

  /** Where buffers to be written are best allocated: direct and pooled. */
  ByteBufAllocator allocator();

  /**
   * Sets who receives the stream's events, in place of whoever did before. Bytes that arrived
   * before the first handler was set are delivered to it.
   */
  void handler(StreamHandler handler);

  /**
   * Queues bytes to be sent.
   *
   * @param data the bytes, of which the stream takes ownership; it releases them in any case, also
   *     when the stream has ended or its write side is closed
   * @return {@link #isWritable()} after the call
   */
  boolean write(ByteBuf data);

  /** Whether the stream wants more bytes now: less than its high-water mark is queued. */
  boolean isWritable();

  /** How many bytes can be written before {@link #isWritable()} turns false. */
  long writableBytes();

  /** Closes this side: what was written before still goes out, then the end of the stream. */
  void closeWrite();

  /** Whether arriving bytes are delivered (the default) or held. */
  void autoRead(boolean on);

  /** Whether bytes count as consumed when {@code onData} returns (the default). */
  void creditOnReturn(boolean on);

  /**
   * Reports bytes as consumed, so that the peer may send as many more.
   *
   * @param bytes how many, at least 0 and at most what was delivered and not yet reported
   * @throws IllegalArgumentException if negative
   */
  void credit(int bytes);

  /**
   * Sets the stream's share of the connection when several streams have bytes to send.
   *
   * @param weight {@value #MIN_WEIGHT} to {@value #MAX_WEIGHT}; the default is {@value
   *     #DEFAULT_WEIGHT}
   */
  void weight(int weight);

  /** Resets the stream with {@link ResetReason#DEADLINE_PASSED} if it is still open after this. */
  void deadline(Duration fromNow);

  /** Takes the deadline away. */
  void clearDeadline();

  /**
   * Ends the stream in both directions at once and drops what is queued. The handler gets {@link
   * StreamHandler#onReset} with {@link ResetReason#RESET_BY_CALLER}. Does nothing after the end.
   *
   * @param code told to the peer where the muxer carries codes; 0 to 2^32-1
   */
  void reset(long code);
}
