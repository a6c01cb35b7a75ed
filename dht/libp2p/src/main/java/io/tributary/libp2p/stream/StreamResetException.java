package io.tributary.libp2p.stream;

import java.io.IOException;

/** The failure of an operation because its stream was reset. */
public final class StreamResetException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient StreamReset reset;

  public StreamResetException(StreamReset reset) {
    super("stream reset: " + reset.reason() + ", code " + reset.code());
    this.reset = reset;
  }

  /** How the stream ended. */
  public StreamReset reset() {
    return reset;
  }
}
