package io.tributary.libp2p.muxer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the bytes that wait to be sent in a host.
 *
 * <p>A stream takes bytes up to its high-water mark. Peers that ask for much on many streams and
 * read nothing would multiply that, so once all connections together, or one, have as many bytes
 * queued as this allows, each stream takes no more than {@value #SHORT_BYTES}, until there is room
 * again. No writer is refused: those that heed writability just stop earlier. Thread-safe.
 */
public final class SendBudget {

  /** Default of all bytes queued in a host. */
  public static final long DEFAULT_MAX_QUEUED_BYTES = 256L << 20;

  /** Default of all bytes queued in one connection. */
  public static final long DEFAULT_MAX_CONNECTION_BYTES = 32L << 20;

  /** What a stream takes while there is no room. */
  public static final int SHORT_BYTES = 16 * 1024;

  private final long maxQueuedBytes;
  private final long maxConnectionBytes;
  private final AtomicLong queuedBytes = new AtomicLong();

  /**
   * Makes a budget.
   *
   * @param maxQueuedBytes how many bytes of all connections may wait before their streams take less
   * @param maxConnectionBytes the same of one connection
   */
  public SendBudget(long maxQueuedBytes, long maxConnectionBytes) {
    if (maxQueuedBytes < 0 || maxConnectionBytes < 0) {
      throw new IllegalArgumentException(
          "maxQueuedBytes " + maxQueuedBytes + ", maxConnectionBytes " + maxConnectionBytes);
    }
    this.maxQueuedBytes = maxQueuedBytes;
    this.maxConnectionBytes = maxConnectionBytes;
  }

  /** A budget of default size. */
  public static SendBudget ofDefaultSize() {
    return new SendBudget(DEFAULT_MAX_QUEUED_BYTES, DEFAULT_MAX_CONNECTION_BYTES);
  }

  /** Counts bytes that are queued, or, if negative, no longer are. */
  public void add(long bytes) {
    queuedBytes.addAndGet(bytes);
  }

  /** Whether a connection that has this many bytes queued is to queue less. */
  public boolean isShort(long connectionBytes) {
    return connectionBytes > maxConnectionBytes || queuedBytes.get() > maxQueuedBytes;
  }

  /** Bytes that wait to be sent. */
  public long queuedBytes() {
    return queuedBytes.get();
  }

  /** The bytes from which on streams take less. */
  public long maxQueuedBytes() {
    return maxQueuedBytes;
  }
}
