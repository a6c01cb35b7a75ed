package io.tributary.exchange;

import io.tributary.libp2p.stream.Retry;

/**
 * Why a delivery ended as it did: what the peer {@linkplain Status said}, or what {@linkplain
 * Breakage broke} without a word. Its name is the same in logs and metrics, and that of a status on
 * the wire too.
 */
public sealed interface Reason permits Status, Breakage {

  /** The name of the enum's constant. */
  String name();

  /** Whose doing it was. */
  Fault fault();

  /** Whether, and where, to ask again. */
  Retry retry();

  /** What the operator of this node can do about it; empty if there is nothing. */
  String advice();
}
