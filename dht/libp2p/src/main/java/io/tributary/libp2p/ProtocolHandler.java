package io.tributary.libp2p;

import io.tributary.libp2p.stream.StreamHandler;

/** The answering side of a protocol: takes the streams that peers open for it. */
@FunctionalInterface
public interface ProtocolHandler {

  /**
   * Takes a stream. Called on its event loop, so it must not block.
   *
   * @return who receives the stream's events
   */
  StreamHandler accept(Stream stream);
}
