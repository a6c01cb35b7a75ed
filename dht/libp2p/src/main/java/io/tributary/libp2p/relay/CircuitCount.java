package io.tributary.libp2p.relay;

import io.tributary.libp2p.multiformats.PeerId;
import java.util.HashMap;
import java.util.Map;

/** How many circuits there are, in all and at each peer, and how many there may be. Thread-safe. */
final class CircuitCount {

  private final int max;
  private final int maxPerPeer;
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private int all;

  CircuitCount(int max, int maxPerPeer) {
    this.max = max;
    this.maxPerPeer = maxPerPeer;
  }

  /** Counts one more; false, and not counted, if that is too many. */
  synchronized boolean acquire(PeerId source, PeerId destination) {
    if (all >= max || of(source) >= maxPerPeer || of(destination) >= maxPerPeer) {
      return false;
    }
    all++;
    perPeer.merge(source, 1, Integer::sum);
    perPeer.merge(destination, 1, Integer::sum);
    return true;
  }

  synchronized void release(PeerId source, PeerId destination) {
    all--;
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
