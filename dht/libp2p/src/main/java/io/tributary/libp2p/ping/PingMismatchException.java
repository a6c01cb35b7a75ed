package io.tributary.libp2p.ping;

import java.io.IOException;

/** The failure of a ping whose answer has other bytes than the question. */
public final class PingMismatchException extends IOException {
  private static final long serialVersionUID = 1L;

  PingMismatchException() {
    super("the peer sent other bytes back");
  }
}
