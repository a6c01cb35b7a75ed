package io.tributary.libp2p.relay;

import java.util.Map;

/**
 * What a {@link RelayServer} gives away now, and has given away and refused since it was made.
 *
 * @param reservations peers that may be reached through it now
 * @param circuits circuits that are open now
 * @param circuitsMade circuits opened in all
 * @param relayedBytes payload bytes of circuits passed on in all, both directions together
 * @param cutByData circuits ended because a direction had carried all it may
 * @param cutByTime circuits ended because they had lasted as long as they may
 * @param refused requests refused, by reason
 */
public record RelayUsage(
    int reservations,
    int circuits,
    long circuitsMade,
    long relayedBytes,
    long cutByData,
    long cutByTime,
    Map<RelayRefusal, Long> refused) {

  public RelayUsage {
    refused = Map.copyOf(refused);
  }
}
