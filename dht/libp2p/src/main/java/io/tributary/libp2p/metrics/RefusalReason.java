package io.tributary.libp2p.metrics;

/** Why an inbound connection was not even looked at. */
public enum RefusalReason {
  /** Its address is on the deny list. */
  ADDRESS_DENIED,
  /** Its block of addresses connects too often. */
  RATE_LIMITED,
  /** The host has as many inbound connections as it bears. */
  TOO_MANY_CONNECTIONS,
  /** As many upgrades as the limit allows are under way. */
  TOO_MANY_PENDING
}
