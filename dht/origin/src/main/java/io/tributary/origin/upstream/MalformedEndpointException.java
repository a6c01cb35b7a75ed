package io.tributary.origin.upstream;

/** Says that a text is not the address of an HTTP service; whoever wrote it is at fault. */
public final class MalformedEndpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedEndpointException(String message) {
    super(message);
  }
}
