package io.tributary.libp2p.relay;

import io.tributary.libp2p.multiformats.PeerId;
import java.util.HashMap;
import java.util.Map;

/**
 * How many circuits there are, in all, at each peer and between two, and how many there may be.
 * Thread-safe.
 *
 * <p>Of those that a peer may have, one other peer may have a quarter, so that nobody makes a peer
 * unreachable for all others.
 */
final class CircuitCount {

  private static final int SHARE_OF_A_PAIR = 4;

  private record Pair(PeerId source, PeerId destination) {}

  private final int max;
  private final int maxPerPeer;
  private final int maxPerPair;
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private final Map<Pair, Integer> perPair = new HashMap<>();
  private int all;

  CircuitCount(int max, int maxPerPeer) {
    this.max = max;
    this.maxPerPeer = maxPerPeer;
    this.maxPerPair = Math.max(1, maxPerPeer / SHARE_OF_A_PAIR);
  }

  /** Counts one more; false, and not counted, if that is too many. */
  synchronized boolean acquire(PeerId source, PeerId destination) {
    Pair pair = new Pair(source, destination);
    if (all >= max
        || of(source) >= maxPerPeer
        || of(destination) >= maxPerPeer
        || perPair.getOrDefault(pair, 0) >= maxPerPair) {
      return false;
    }
    all++;
    perPair.merge(pair, 1, Integer::sum);
    perPeer.merge(source, 1, Integer::sum);
    perPeer.merge(destination, 1, Integer::sum);
    return true;
  }

  synchronized void release(PeerId source, PeerId destination) {
    all--;
    perPair.computeIfPresent(
        new Pair(source, destination), (key, count) -> count == 1 ? null : count - 1);
    release(source);
    release(destination);
  }

  private void release(PeerId peer) {
    perPeer.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
  }

  private int of(PeerId peer) {
    return perPeer.getOrDefault(peer, 0);
  }

  synchronized int all() {
    return all;
  }
}
