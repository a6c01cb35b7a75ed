package io.tributary.libp2p.stream;

/** The party whose doing ended a stream or a connection. */
public enum Fault {
  /** Nobody's: an orderly end. */
  NONE,
  /** The application on this side. */
  CALLER,
  /** This host: a limit, a deadline or a defect of ours. */
  SELF,
  /** The other peer. */
  PEER,
  /** The path between the peers. */
  NETWORK
}
