package io.tributary.libp2p.stream;

/** Whether, and where, doing the same again can succeed. */
public enum Retry {
  /** At once, with the same peer. */
  NOW,
  /** With the same peer, after a while. */
  LATER,
  /** With another peer or at another address. */
  ELSEWHERE,
  /** Not at all: the request or the peer is wrong. */
  NEVER
}
