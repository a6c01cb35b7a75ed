package io.tributary.libp2p.security.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The translation of what TLS engines throw into reasons of this library. */
public final class TlsFailure {
  /** How deep causes are followed. */
  private static final int MAX_DEPTH = 16;

  private TlsFailure() {}

  /** Returns what a failure of a TLS engine, or of the channel under it, means. */
  public static SecureChannelException of(Throwable failure) {
    SecureChannelException ours = find(failure, SecureChannelException.class);
    if (ours != null) {
      return ours;
    }
    return new SecureChannelException(
        reason(failure), String.valueOf(failure.getMessage()), failure);
  }

  private static Reason reason(Throwable failure) {
    if (find(failure, ClosedChannelException.class) != null) {
      return Reason.CONNECTION_CLOSED;
    }
    if (find(failure, NotSslRecordException.class) != null) {
      return Reason.MALFORMED;
    }
    SSLException tls = find(failure, SSLException.class);
    if (tls == null) {
      return failure instanceof RuntimeException ? Reason.INTERNAL_ERROR : Reason.CONNECTION_CLOSED;
    }
    // Neither BoringSSL nor the JDK gives alerts and record errors types of their own.
    String message = String.valueOf(tls.getMessage()).toUpperCase(Locale.ROOT);
    if (message.contains("ALERT_")
        || message.contains("RECEIVED FATAL ALERT")
        || message.contains("CLOSE_NOTIFY")) {
      return Reason.REFUSED_BY_PEER;
    }
    if (message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
        || message.contains("EMPTY CLIENT CERTIFICATE CHAIN")) {
      return Reason.BAD_CERTIFICATE;
    }
    if (message.contains("BAD_DECRYPT")
        || message.contains("BAD_RECORD_MAC")
        || message.contains("DECRYPTION_FAILED")
        || message.contains("TAG MISMATCH")) {
      return Reason.DECRYPT_FAILED;
    }
    return Reason.TLS_FAILED;
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
