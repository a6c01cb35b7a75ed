package io.tributary.libp2p.relay;

import io.netty.util.concurrent.Future;
import java.util.List;

/** Where relays may be found: a directory, a list of the operator's, or the peers there are. */
@FunctionalInterface
public interface RelayCandidates {

  /**
   * Names peers that may be relays, the best first. May be called on any thread; must not block.
   *
   * @param max how many are of use
   */
  Future<List<RelayCandidate>> find(int max);
}
