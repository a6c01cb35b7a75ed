package io.tributary.origin.upstream;

/** Who is to blame for a failure. */
public enum Fault {
  /** Whoever asked us. */
  CLIENT,
  /** Another node of the delivery network. */
  PEER,
  /** A server of CESS: a storage miner or a gateway. */
  ORIGIN,
  /** This node. */
  SELF
}
