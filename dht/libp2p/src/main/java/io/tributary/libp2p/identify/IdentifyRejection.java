package io.tributary.libp2p.identify;

/** Why something that a peer said of itself was not taken. The name is the same in metrics. */
public enum IdentifyRejection {
  /** It is no identify message, or longer or in more pieces than any honest one. */
  MALFORMED,
  /** It names the key of another peer. Nothing of it is taken. */
  KEY_OF_ANOTHER_PEER,
  /** Its signed record is of another peer. What is not signed is taken as hearsay. */
  RECORD_OF_ANOTHER_PEER,
  /** Its signed record cannot be read or was not signed by the peer it names. */
  BAD_RECORD,
  /** Its signed record is older than one that is known. */
  STALE_RECORD,
  /** The peer tells news more often than it may. */
  TOO_MANY_PUSHES
}
