package io.tributary.libp2p.transport.quic;

import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicTransportError;
import io.tributary.libp2p.muxer.CloseReason;

/**
 * The numbers by which QUIC connections tell why they end.
 *
 * <pre>
 *   CONNECTION_CLOSE of type 0x1d, by the application   CONNECTION_CLOSE of type 0x1c, by QUIC
 *   0x0     no error                                    0x0           no error
 *   0x1001  a limit was reached                         0x1           internal error
 *   0x1003  the protocol was broken                     0x100..0x1ff  TLS alert
 *   0x1004  another connection is kept instead          other         the protocol was broken
 *   0x1005  trimmed
 *   0x1007  not allowed
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9000#section-20">RFC 9000, section 20</a>
 * @see <a href="https://github.com/libp2p/specs/tree/master/error-codes">libp2p error codes</a>
 */
final class CloseCode {
  private static final int NO_ERROR = 0;
  private static final int LIMIT_REACHED = 0x1001;
  private static final int PROTOCOL_VIOLATION = 0x1003;
  private static final int SUPPLANTED = 0x1004;
  private static final int TRIMMED = 0x1005;
  private static final int GATED = 0x1007;

  private static final int QUIC_INTERNAL_ERROR = 1;

  private CloseCode() {}

  /** The application's number for a reason of this side. */
  static int of(CloseReason reason) {
    return switch (reason) {
      case CLOSED_LOCALLY,
          CLOSED_BY_PEER,
          CONNECTION_LOST,
          CHANNEL_FAILED,
          KEEP_ALIVE_TIMEOUT,
          INTERNAL_ERROR,
          PEER_REPORTED_PROTOCOL_ERROR,
          PEER_REPORTED_INTERNAL_ERROR ->
          NO_ERROR;
      case TRIMMED -> TRIMMED;
      case DUPLICATE -> SUPPLANTED;
      case DENIED -> GATED;
      case LIMIT_REACHED -> LIMIT_REACHED;
      case MALFORMED_FRAME,
          INVALID_STREAM_ID,
          WINDOW_OVERFLOW,
          CREDIT_OVERFLOW,
          STREAM_FLOOD,
          CONTROL_FLOOD ->
          PROTOCOL_VIOLATION;
    };
  }

  /** What the peer meant. */
  static CloseReason reason(QuicConnectionCloseEvent close) {
    if (close.isApplicationClose()) {
      return close.error() == PROTOCOL_VIOLATION
          ? CloseReason.PEER_REPORTED_PROTOCOL_ERROR
          : CloseReason.CLOSED_BY_PEER;
    }
    return switch (close.error()) {
      case NO_ERROR -> CloseReason.CLOSED_BY_PEER;
      case QUIC_INTERNAL_ERROR -> CloseReason.PEER_REPORTED_INTERNAL_ERROR;
      default -> CloseReason.PEER_REPORTED_PROTOCOL_ERROR;
    };
  }

  /** What it means that QUIC found a fault with what the peer sent. */
  static CloseReason reason(QuicTransportError error) {
    if (error.equals(QuicTransportError.FLOW_CONTROL_ERROR)) {
      return CloseReason.WINDOW_OVERFLOW;
    }
    if (error.equals(QuicTransportError.STREAM_LIMIT_ERROR)) {
      return CloseReason.STREAM_FLOOD;
    }
    if (error.equals(QuicTransportError.STREAM_STATE_ERROR)) {
      return CloseReason.INVALID_STREAM_ID;
    }
    return error.equals(QuicTransportError.INTERNAL_ERROR)
        ? CloseReason.INTERNAL_ERROR
        : CloseReason.MALFORMED_FRAME;
  }
}
