package io.tributary.libp2p.autonat;

/** Whether a host can be dialled by everybody. */
public enum Standing {
  /** It is not known, or no longer. */
  UNKNOWN,
  /** At one address at least. */
  PUBLIC,
  /** At none of those that it has, or it has none. */
  PRIVATE
}
