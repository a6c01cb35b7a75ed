package io.tributary.origin.dev.rpc;

/** Ends a call with an {@link RpcError}; the caller is at fault unless the code says otherwise. */
public final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RpcError error;

  /** Wraps an error. */
  public RpcException(RpcError error) {
    super(error.message());
    this.error = error;
  }

  /** Says that the parameters are not what the method takes. */
  public static RpcException invalidParams(String message) {
    return new RpcException(RpcError.of(RpcError.Code.INVALID_PARAMS, message));
  }

  /** Returns the error. */
  public RpcError error() {
    return error;
  }
}
