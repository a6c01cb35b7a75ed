package io.tributary.libp2p;

/** Which side asked. */
public enum Direction {
  /** The peer did. */
  INBOUND,
  /** This host did. */
  OUTBOUND
}
