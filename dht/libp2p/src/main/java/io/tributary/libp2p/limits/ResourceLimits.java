package io.tributary.libp2p.limits;

import java.util.Map;

/**
 * How many connections and streams a host bears. Bytes are bounded per stream, connection and host
 * by the muxer's options, its {@code ReceiveBudget} and its {@code SendBudget}.
 *
 * @param total over the host
 * @param perPeer over one peer
 * @param perProtocol over one protocol, unless it is in {@code protocols}; only streams count
 * @param perPeerAndProtocol over one protocol with one peer; only streams count
 * @param protocols limits of protocols that need their own, by id
 * @param pendingInbound inbound connections whose upgrade is under way
 * @param pendingDials peers being dialled
 * @param lowConnections connections down to which trimming closes them
 * @param highConnections connections above which trimming begins
 */
public record ResourceLimits(
    ScopeLimit total,
    ScopeLimit perPeer,
    ScopeLimit perProtocol,
    ScopeLimit perPeerAndProtocol,
    Map<String, ScopeLimit> protocols,
    int pendingInbound,
    int pendingDials,
    int lowConnections,
    int highConnections) {

  public ResourceLimits {
    protocols = Map.copyOf(protocols);
    requireNotNegative(pendingInbound, "pendingInbound");
    requireNotNegative(pendingDials, "pendingDials");
    requireNotNegative(lowConnections, "lowConnections");
    if (highConnections < lowConnections) {
      throw new IllegalArgumentException(
          "highConnections " + highConnections + " is less than lowConnections " + lowConnections);
    }
  }

  /**
   * For a node with about a gigabyte for its peers: 1024 connections in and 1024 out, 8 and 8 per
   * peer; 65536 streams in and out, 4096 per peer, 16384 per protocol, 2048 per protocol and peer;
   * 256 upgrades and 256 dials under way; trimming from 960 down to 768 connections.
   */
  public static ResourceLimits defaults() {
    return new ResourceLimits(
        new ScopeLimit(1024, 1024, 65_536, 65_536),
        new ScopeLimit(8, 8, 4096, 4096),
        ScopeLimit.streams(16_384, 16_384),
        ScopeLimit.streams(2048, 2048),
        Map.of(),
        256,
        256,
        768,
        960);
  }

  /** The limit of one protocol. */
  public ScopeLimit ofProtocol(String protocol) {
    return protocols.getOrDefault(protocol, perProtocol);
  }

  private static void requireNotNegative(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " " + value + " is negative");
    }
  }
}
