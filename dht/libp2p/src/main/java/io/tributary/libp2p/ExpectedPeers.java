package io.tributary.libp2p;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The addresses from which peers may come in while this host dials them, with whom it has agreed
 * that it initiates. Thread-safe.
 *
 * <p>Both sides of a hole punch connect, and which of the two attempts the kernels make a
 * connection of is chance; so one that is accepted plays the part that the one dialled would have.
 */
final class ExpectedPeers {

  /**
   * The most addresses; further ones are not expected, and their punch may need another attempt.
   */
  static final int MAX_ADDRESSES = 256;

  private final Map<Multiaddr, PeerId> peers = new ConcurrentHashMap<>();

  /** Expects a peer until the answer is run. */
  Runnable expect(PeerId peer, Collection<Multiaddr> addresses) {
    List<Multiaddr> added =
        addresses.stream()
            .filter(each -> peers.size() < MAX_ADDRESSES && peers.putIfAbsent(each, peer) == null)
            .toList();
    return () -> added.forEach(each -> peers.remove(each, peer));
  }

  /** The peer with whom this side initiates a connection that comes from an address. */
  Optional<PeerId> from(Multiaddr address) {
    return Optional.ofNullable(peers.get(address));
  }
}
