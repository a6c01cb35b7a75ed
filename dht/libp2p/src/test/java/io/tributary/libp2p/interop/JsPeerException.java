package io.tributary.libp2p.interop;

/** Says that the js peer failed to do something, in its own words. */
public final class JsPeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsPeerException(String message) {
    super(message);
  }
}
