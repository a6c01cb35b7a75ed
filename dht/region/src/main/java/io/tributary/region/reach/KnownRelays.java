package io.tributary.region.reach;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.relay.HopMessage;
import io.tributary.libp2p.relay.RelayCandidate;
import io.tributary.libp2p.relay.RelayCandidates;
import io.tributary.region.record.CacherRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that may be relays, as far as a node knows: those its operator names, then connected
 * peers that say they relay, as many of the DHT's are, then such members of the region, then
 * bootstrap nodes of which nothing is known. Thread-safe.
 */
final class KnownRelays implements RelayCandidates {

  private final Host host;
  private final List<Multiaddr> named;
  private final List<Multiaddr> bootstrap;
  private volatile List<CacherRecord> members = List.of();

  KnownRelays(Host host, List<Multiaddr> named, List<Multiaddr> bootstrap) {
    this.host = host;
    this.named = List.copyOf(named);
    this.bootstrap = List.copyOf(bootstrap);
  }

  /** Whether a cacher's record says that it relays. */
  static boolean isRelay(CacherRecord record) {
    return record.offer().protocols().contains(HopMessage.PROTOCOL_ID);
  }

  /** Replaces the members that say they relay. */
  void members(List<CacherRecord> relays) {
    members = List.copyOf(relays);
  }

  @Override
  public Future<List<RelayCandidate>> find(int max) {
    Map<PeerId, List<Multiaddr>> found = new LinkedHashMap<>();
    named.forEach(each -> add(found, each));
    for (Connection each : host.connections()) {
      if (!each.isLimited() && says(each).equals(Optional.of(true))) {
        found.putIfAbsent(each.remotePeer(), List.of());
      }
    }
    for (CacherRecord each : members) {
      found.putIfAbsent(
          each.peer(), each.addresses().stream().filter(at -> !at.isRelayed()).toList());
    }
    for (Multiaddr each : bootstrap) {
      if (!each.isRelayed() && each.peerId().filter(this::saysNo).isEmpty()) {
        add(found, each);
      }
    }
    List<RelayCandidate> candidates = new ArrayList<>();
    found.forEach((peer, addresses) -> candidates.add(new RelayCandidate(peer, addresses)));
    candidates.removeIf(each -> each.peer().equals(host.peerId()));
    return host.io()
        .group()
        .next()
        .newSucceededFuture(candidates.subList(0, Math.min(max, candidates.size())));
  }

  private static void add(Map<PeerId, List<Multiaddr>> found, Multiaddr address) {
    address
        .peerId()
        .ifPresent(
            peer ->
                found.merge(
                    peer,
                    List.of(address),
                    (before, more) -> {
                      List<Multiaddr> all = new ArrayList<>(before);
                      all.addAll(more);
                      return all;
                    }));
  }

  private boolean saysNo(PeerId peer) {
    return host.connection(peer).flatMap(KnownRelays::says).equals(Optional.of(false));
  }

  /** Whether a peer says that it relays; empty if it has not said anything. */
  private static Optional<Boolean> says(Connection connection) {
    return connection
        .peerInfo()
        .map(PeerInfo::protocols)
        .map(each -> each.contains(HopMessage.PROTOCOL_ID));
  }
}
