package io.tributary.libp2p.muxer;

/**
 * One connection's part of a {@link SendBudget}: the bytes its streams have queued, and how many
 * each may queue now. For those who implement muxers.
 *
 * <p>Bytes are counted on the connection's event loop; any thread may ask for the marks.
 */
public final class ConnectionQueue {
  private final SendBudget host;
  private final LoopCounter queuedBytes = new LoopCounter();

  /** A connection without queued bytes. */
  public ConnectionQueue(SendBudget host) {
    this.host = host;
  }

  /** Counts bytes that wait to be sent, or, if negative, no longer do. */
  public void add(long bytes) {
    queuedBytes.add(bytes);
    host.add(bytes);
  }

  /**
   * Up to how many queued bytes a stream is writable now.
   *
   * @param usual while there is room
   */
  public int highWaterBytes(int usual) {
    return isShort() ? Math.min(usual, SendBudget.SHORT_BYTES) : usual;
  }

  /**
   * At how many queued bytes a stream becomes writable again now.
   *
   * @param usual while there is room
   */
  public int lowWaterBytes(int usual) {
    return isShort() ? Math.min(usual, SendBudget.SHORT_BYTES / 2) : usual;
  }

  private boolean isShort() {
    return host.isShort(queuedBytes.get());
  }
}
