package io.tributary.region;

import io.tributary.region.record.Refusal;

/**
 * Where a region's parts report what can be counted. Called on event loops: implementations are
 * quick and thread-safe.
 */
public interface RegionMetrics {

  /** Counts nothing. */
  RegionMetrics NONE = new RegionMetrics() {};

  /** A record, testimony, message or request was refused. */
  default void refused(Refusal reason) {}

  /** An address that cannot be reached from here was left out of a record. */
  default void addressDropped() {}

  /** A member has joined the node's view of its widest region. */
  default void memberJoined() {}

  /** A member has left it: it said so, was found dead, or its record expired. */
  default void memberLeft() {}

  /** Enough members have testified that a member does not answer. */
  default void memberSuspected() {}

  /** This node has answered testimony against itself with a newer record. */
  default void refuted() {}

  /** A gossip message was sent. */
  default void gossipSent(int bytes) {}

  /** A gossip message was received. */
  default void gossipReceived(int bytes) {}
}
