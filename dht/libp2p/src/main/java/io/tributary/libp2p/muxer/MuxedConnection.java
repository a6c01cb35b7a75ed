package io.tributary.libp2p.muxer;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.stream.ByteStream;
import java.time.Duration;

/**
 * A connection that carries many streams. All methods may be called from any thread; futures
 * complete on the event loop.
 */
public interface MuxedConnection {

  /** The loop on which the connection and all its streams live. */
  EventLoop eventLoop();

  /**
   * Opens a stream. Nothing is sent before the stream's first bytes. Where the peer lags behind in
   * accepting streams, the future waits in a bounded queue.
   *
   * @return the stream, with no handler yet; or a failed future with {@link StreamRefusedException}
   */
  Future<ByteStream> openStream();

  /** Measures the round trip to the peer's muxer. */
  Future<Duration> ping();

  /**
   * Ends the connection and all its streams, telling the peer why. Does nothing if it has ended.
   */
  void close(CloseReason reason);

  /**
   * Takes no more streams in either direction, lets those that are open end, then closes with
   * {@link CloseReason#CLOSED_LOCALLY}.
   */
  void closeGracefully();

  /** Whether the connection has not ended. */
  boolean isOpen();

  /** A snapshot of the connection's counters. */
  MuxerStats stats();
}
