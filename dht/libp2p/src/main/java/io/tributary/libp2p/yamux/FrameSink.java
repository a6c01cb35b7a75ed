package io.tributary.libp2p.yamux;

import io.netty.buffer.ByteBuf;

/** What a {@link YamuxDecoder} reports. Lengths and codes are unsigned 32-bit values. */
interface FrameSink {

  /**
   * A data frame begins.
   *
   * @return whether its payload is wanted; if not, neither {@link #onPayload} nor {@link
   *     #onDataEnd} is called for this frame
   */
  boolean onData(int streamId, int flags, long length) throws YamuxException;

  /** The next piece of the data frame's payload, now owned by the sink. */
  void onPayload(ByteBuf piece);

  /** The data frame is complete. */
  void onDataEnd();

  void onWindowUpdate(int streamId, int flags, long delta) throws YamuxException;

  void onPing(int flags, int value) throws YamuxException;

  void onGoAway(long code);
}
