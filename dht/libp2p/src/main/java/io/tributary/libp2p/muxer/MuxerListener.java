package io.tributary.libp2p.muxer;

import io.tributary.libp2p.stream.ByteStream;

/** The owner of a muxed connection, told of what the peer does. Called on the event loop. */
public interface MuxerListener {

  /**
   * The peer opened a stream. The listener sets the stream's handler before it returns, or resets
   * the stream.
   */
  void onInboundStream(ByteStream stream);

  /** The peer takes no more streams; those open go on. */
  default void onGoAway() {}

  /** The connection has ended. Called once; its streams have been told before. */
  void onClosed(CloseReason reason);
}
