package io.tributary.libp2p.security;

import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.Retry;
import java.io.IOException;

/** Why a channel could not be secured, or had to be given up after it was. */
public final class SecureChannelException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. The name is the same in code, logs and metrics. */
  public enum Reason {
    /** The handshake did not end in time: a slow path, or a peer that holds the connection open. */
    HANDSHAKE_TIMEOUT(Fault.NETWORK, Retry.LATER),
    /** The connection ended in the middle of the handshake. */
    CONNECTION_CLOSED(Fault.NETWORK, Retry.LATER),
    /** The caller cancelled the handshake. */
    CANCELLED(Fault.CALLER, Retry.NOW),
    /** The peer could not prove that it owns its identity key. */
    BAD_SIGNATURE(Fault.PEER, Retry.NEVER),
    /** Another peer than the wanted one answered at this address. */
    PEER_ID_MISMATCH(Fault.PEER, Retry.ELSEWHERE),
    /** A message that does not have the shape the protocol gives it. */
    MALFORMED(Fault.PEER, Retry.NEVER),
    /** A message longer than this side accepts. */
    MESSAGE_TOO_LONG(Fault.PEER, Retry.NEVER),
    /** Bytes that do not authenticate: they were altered on the way, or the peer is defective. */
    DECRYPT_FAILED(Fault.NETWORK, Retry.LATER),
    /** A certificate that the libp2p TLS specification refuses. */
    BAD_CERTIFICATE(Fault.PEER, Retry.NEVER),
    /** A certificate outside its validity; the peer's clock or ours may be wrong. */
    CERTIFICATE_NOT_VALID_NOW(Fault.PEER, Retry.LATER),
    /** An identity key of a kind or size that this side does not verify. */
    UNSUPPORTED_KEY(Fault.PEER, Retry.ELSEWHERE),
    /** Both sides named the muxers they support and none is common. */
    NO_COMMON_MUXER(Fault.PEER, Retry.ELSEWHERE),
    /** The peer refused this side's handshake with a TLS alert. */
    REFUSED_BY_PEER(Fault.PEER, Retry.ELSEWHERE),
    /** TLS failed in another way; the cause says how. */
    TLS_FAILED(Fault.PEER, Retry.LATER),
    /** So many messages were sent under one key that another would repeat a nonce. */
    NONCES_EXHAUSTED(Fault.NONE, Retry.NOW),
    /** A defect of this host; the cause says which. */
    INTERNAL_ERROR(Fault.SELF, Retry.LATER);

    private final Fault fault;
    private final Retry retry;

    Reason(Fault fault, Retry retry) {
      this.fault = fault;
      this.retry = retry;
    }

    /** Whose doing it was. */
    public Fault fault() {
      return fault;
    }

    /** Whether to connect again. */
    public Retry retry() {
      return retry;
    }
  }

  private final Reason reason;

  /**
   * @param reason what went wrong
   * @param detail what was found and what is allowed
   */
  public SecureChannelException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  /**
   * @param reason what went wrong
   * @param detail what was found and what is allowed
   * @param cause what the layer below said
   */
  public SecureChannelException(Reason reason, String detail, Throwable cause) {
    super(reason + ": " + detail, cause);
    this.reason = reason;
  }

  /** Returns what went wrong. */
  public Reason reason() {
    return reason;
  }
}
