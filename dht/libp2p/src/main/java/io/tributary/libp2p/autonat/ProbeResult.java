package io.tributary.libp2p.autonat;

/** What one server's try says of an address. */
public enum ProbeResult {
  /** It was reached. */
  REACHED,
  /** It was dialled in vain. */
  NOT_REACHED,
  /** The server says that it was reached, but nobody came. */
  LIE,
  /** The server would not dial it, or not now. */
  REFUSED,
  /** The server asked for more data than a dial is worth. */
  TOO_EXPENSIVE,
  /** The server did not answer, or not as the protocol says. */
  NO_ANSWER
}
