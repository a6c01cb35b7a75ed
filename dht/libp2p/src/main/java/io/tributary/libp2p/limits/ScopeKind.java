package io.tributary.libp2p.limits;

/** Over what a limit counts. */
public enum ScopeKind {
  /** The whole host. */
  TOTAL,
  /** All connections and streams of one peer. */
  PEER,
  /** All streams of one protocol. */
  PROTOCOL,
  /** All streams of one protocol with one peer. */
  PEER_PROTOCOL
}
