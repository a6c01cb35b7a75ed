package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;

/** What the failures of the JDK's HTTP client mean. */
final class TransportErrors {
  private TransportErrors() {}

  /** Returns the failure of an attempt to reach a node. */
  static ChainException of(Throwable failure) {
    Throwable cause = Futures.unwrap(failure);
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof ChainException chain) {
        return chain;
      }
      if (inner instanceof UnresolvedAddressException || inner instanceof UnknownHostException) {
        return ChainException.of(Reason.UNREACHABLE, "the host name is not known", cause);
      }
    }
    if (cause instanceof WebSocketHandshakeException handshake) {
      return ChainException.of(
          Reason.HTTP_STATUS, "status " + handshake.getResponse().statusCode(), cause);
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return ChainException.of(Reason.UNREACHABLE, "no connection in time", cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return ChainException.of(Reason.TIMEOUT, "no response in time", cause);
    }
    String what = cause instanceof ConnectException ? "no connection" : "the connection broke";
    return ChainException.of(Reason.UNREACHABLE, what + ": " + words(cause), cause);
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }
}
