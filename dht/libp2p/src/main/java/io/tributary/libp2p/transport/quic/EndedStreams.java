package io.tributary.libp2p.transport.quic;

import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.tributary.libp2p.HostLog;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * What Netty's QUIC channel does not do about streams that end by a reset, and two methods of it
 * that are not public do.
 *
 * <p><b>Forgetting.</b> Netty takes a stream out of its channel's table when the stream was closed
 * and the peer's FIN was read, which a reset stream never sees; the table would grow with each
 * reset for as long as the connection lives.
 *
 * <p><b>Noticing.</b> When a reset overtakes a FIN that was not read yet, or when a stream on which
 * nothing is being written is stopped, the engine drops the stream and Netty tells nobody. The
 * engine then has no capacity for the stream but an error, by which it can be found.
 *
 * <p>Where these methods are out of reach, a connection must end after a number of resets, and such
 * a stream lives until its deadline. All methods must be called on the event loop.
 */
final class EndedStreams {
  private static final String CHANNEL = "io.netty.handler.codec.quic.QuicheQuicChannel";

  /** The engine's errors for a stream it does not have, and for one the peer has stopped. */
  private static final long INVALID_STREAM_STATE = -7;

  private static final long STREAM_STOPPED = -15;

  private static final @Nullable MethodHandle FORGET = find("streamClosed", void.class);
  private static final @Nullable MethodHandle CAPACITY = find("streamCapacity", long.class);

  private EndedStreams() {}

  /** What the engine says of a stream. */
  enum State {
    /** It is there. */
    ALIVE,
    /** The peer takes no more bytes. */
    STOPPED,
    /** It is there no more. */
    GONE
  }

  private static @Nullable MethodHandle find(String method, Class<?> result) {
    try {
      Class<?> channel = Class.forName(CHANNEL);
      return MethodHandles.privateLookupIn(channel, MethodHandles.lookup())
          .findVirtual(channel, method, MethodType.methodType(result, long.class))
          .asType(MethodType.methodType(result, QuicChannel.class, long.class));
    } catch (ReflectiveOperationException e) {
      HostLog.resetsUnknown(e);
      return null;
    }
  }

  /**
   * Forgets a stream of which neither side will hear again.
   *
   * @return whether it is forgotten
   */
  static boolean forget(QuicStreamChannel stream) {
    MethodHandle forget = FORGET;
    if (forget == null) {
      return false;
    }
    try {
      forget.invokeExact(stream.parent(), stream.streamId());
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("Netty fails to forget a stream", e);
    }
  }

  /** Asks the engine about a stream of an open connection. */
  static State state(QuicStreamChannel stream) {
    MethodHandle capacity = CAPACITY;
    if (capacity == null) {
      return State.ALIVE;
    }
    long bytes;
    try {
      bytes = (long) capacity.invokeExact(stream.parent(), stream.streamId());
    } catch (Throwable e) {
      throw new IllegalStateException("Netty fails to look at a stream", e);
    }
    if (bytes == INVALID_STREAM_STATE) {
      return State.GONE;
    }
    return bytes == STREAM_STOPPED ? State.STOPPED : State.ALIVE;
  }
}
