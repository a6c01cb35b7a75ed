package io.tributary.kademlia.network;

/** Why something that a peer sent was refused, or left out. Counted under this name. */
public enum RefusalReason {
  /** The bytes are no message. */
  MALFORMED_MESSAGE,
  /** The message is longer than the limit. */
  MESSAGE_TOO_LONG,
  /** The message is of a type that is not known. */
  UNKNOWN_MESSAGE_TYPE,
  /** The key is empty or too long. */
  BAD_KEY,
  /** A peer id is none, or too long. */
  BAD_PEER_ID,
  /** An address cannot be read; it was left out. */
  BAD_ADDRESS,
  /** An address leads nowhere from here, as private ones on the Internet; it was left out. */
  UNROUTABLE_ADDRESS,
  /** A provider has no address left. */
  NO_ROUTABLE_ADDRESS,
  /** A provider record speaks for another peer than its sender. */
  PROVIDER_NOT_SENDER,
  /** Nobody here knows the rules of the value's namespace. */
  UNKNOWN_NAMESPACE,
  /** The value is longer than the limit. */
  VALUE_TOO_LONG,
  /** The value is not what its namespace demands. */
  MALFORMED_VALUE,
  /** The value carries a wrong signature. */
  WRONG_SIGNATURE,
  /** The value was signed by, or stands under, another name. */
  OTHER_SIGNER,
  /** A time to live is zero or negative. */
  NEGATIVE_TTL,
  /** A time to live is longer than the limit. */
  TTL_TOO_LONG,
  /** A record says that it was made later than now. */
  FROM_THE_FUTURE,
  /** A record's time is over. */
  EXPIRED,
  /** A newer value is known. */
  SUPERSEDED,
  /** The store is full of nearer keys. */
  STORE_FULL,
  /** The key has all the providers it may have. */
  PROVIDERS_FULL,
  /** The peer asks too often. */
  RATE_LIMITED,
  /** The peer has too many streams. */
  TOO_MANY_STREAMS,
  /** This node is a client and answers nobody. */
  NOT_SERVING
}
