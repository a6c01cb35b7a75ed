package io.tributary.libp2p;

import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;

/** A stream on which both sides speak one protocol. */
public interface Stream extends ByteStream {

  /**
   * The protocol's id. On a stream opened for a single protocol the peer may still refuse it; the
   * handler then gets {@code onReset} with {@code PROTOCOL_UNSUPPORTED}.
   */
  String protocol();

  /** The connection the stream runs on. */
  Connection connection();

  /**
   * Resets the stream for a reason of this side, under which its end is told to the handler and
   * counted; the peer learns no reason. Does nothing after the end.
   */
  void abort(ResetReason reason);
}
