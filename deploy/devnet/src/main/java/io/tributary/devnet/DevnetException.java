package io.tributary.devnet;

/** A devnet that could not be started or went wrong; the message says which node and why. */
public final class DevnetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DevnetException(String message) {
    super(message);
  }

  DevnetException(String message, Throwable cause) {
    super(message, cause);
  }
}
