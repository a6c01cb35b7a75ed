package io.tributary.exchange;

/** The party whose doing ended a delivery, as the one who asked sees it. */
public enum Fault {
  /** Nobody's: it ended in order. */
  NONE,
  /** The one who asked. */
  CLIENT,
  /** The one who was asked. */
  PEER,
  /** Where the one who was asked gets its bytes from. */
  ORIGIN,
  /** The network between both. */
  NETWORK,
  /** This process: a limit, a deadline, a disk of its own. */
  SELF
}
