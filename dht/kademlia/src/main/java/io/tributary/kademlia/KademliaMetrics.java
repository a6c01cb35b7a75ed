package io.tributary.kademlia;

import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.RefusalReason;
import java.time.Duration;

/** Told of what is worth counting. Called on event loops; must not block or throw. */
public interface KademliaMetrics {

  /** Counts nothing. */
  KademliaMetrics NONE = new KademliaMetrics() {};

  /** Something a peer sent was refused or left out. */
  default void refused(RefusalReason reason) {}

  /** A peer's request was answered. */
  default void answered(Request.Kind kind) {}

  /** A request of this node was answered. */
  default void asked(Request.Kind kind, Duration took) {}

  /** A request of this node failed. */
  default void askFailed(Request.Kind kind, AskFailure failure) {}

  /** A search ended. */
  default void searched(SearchCost cost) {}

  /** The routing table has grown or shrunk. */
  default void peers(int known) {}
}
