package io.tributary.region.gossip;

/**
 * The way messages go to other members. In a node it is {@link HostGossip}; in a simulation it
 * hands the same messages over without encoding them.
 */
@FunctionalInterface
public interface GossipNetwork {

  /**
   * Sends a message if it can. Does not block.
   *
   * @param undeliverable called on the member's timekeeper if it is known that the message has not
   *     arrived; that a message arrived is known only by the answer
   */
  void send(Contact to, GossipMessage message, Runnable undeliverable);
}
