package io.tributary.libp2p.security;

/**
 * The part a peer plays in a security handshake. As a rule the side that dialled is the initiator;
 * hole punching, where both dial, agrees on the parts beforehand.
 */
public enum Role {
  /** Speaks first: the TLS client, Noise's Alice. */
  INITIATOR,
  /** Answers: the TLS server, Noise's Bob. */
  RESPONDER;

  /** Returns the part of the other side. */
  public Role opposite() {
    return this == INITIATOR ? RESPONDER : INITIATOR;
  }
}
