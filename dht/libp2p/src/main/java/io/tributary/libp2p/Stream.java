package io.tributary.libp2p;

import io.tributary.libp2p.stream.ByteStream;

/** A stream on which both sides speak one protocol. */
public interface Stream extends ByteStream {

  /**
   * The protocol's id. On a stream opened for a single protocol the peer may still refuse it; the
   * handler then gets {@code onReset} with {@code PROTOCOL_UNSUPPORTED}.
   */
  String protocol();

  /** The connection the stream runs on. */
  Connection connection();
}
