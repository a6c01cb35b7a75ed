package io.tributary.libp2p.metrics;

/** Why an inbound connection was turned away. */
public enum RefusalReason {
  /** Its address is on the deny list; nothing was read. */
  ADDRESS_DENIED,
  /** Its block of addresses connects too often; nothing was read. */
  RATE_LIMITED,
  /** The host has as many inbound connections as it bears; nothing was read. */
  TOO_MANY_CONNECTIONS,
  /** As many upgrades as the limit allows are under way; nothing was read. */
  TOO_MANY_PENDING,
  /** The handshake showed a peer that is on the deny list. */
  PEER_DENIED,
  /** The handshake showed a peer that has as many connections as it may. */
  TOO_MANY_OF_PEER,
  /** The handshake showed this host's own identity. */
  OWN_IDENTITY
}
