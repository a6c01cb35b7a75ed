package io.tributary.region.reach;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.nat.NatTraversal;
import io.tributary.libp2p.portmap.PortMapping;
import io.tributary.region.gossip.Contact;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.CacherRecord;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a node is reached: finds out whether it can be dialled, keeps places at relays while it
 * can't, has relayed connections become direct, and does the same for others. Thread-safe.
 */
public final class NodeReach implements AutoCloseable {

  /** How many bytes the addresses of a cacher record may take: it has room for no more. */
  static final int MAX_RECORD_ADDRESS_BYTES = 160;

  private static final int BYTES_PER_ADDRESS = 2;

  private final Host host;
  private final ReachSettings settings;
  private final KnownRelays relays;
  private final NatTraversal traversal;

  /**
   * Prepares a host that has not started yet.
   *
   * @param bootstrap nodes of the network that may be relays
   * @param random makes nonces
   */
  public NodeReach(
      Host host, ReachSettings settings, List<Multiaddr> bootstrap, SecureRandom random) {
    this.host = host;
    this.settings = settings;
    this.relays = new KnownRelays(host, settings.staticRelays(), bootstrap);
    this.traversal = new NatTraversal(host, settings.toOptions(), relays, random);
  }

  /** Begins. */
  public void open() {
    traversal.open();
  }

  /** The host's way through NATs. */
  public NatTraversal traversal() {
    return traversal;
  }

  /** Tells who the members of the region are now, some of whom may be relays. */
  public void members(List<CacherRecord> known) {
    relays.members(known.stream().filter(KnownRelays::isRelay).toList());
  }

  /** Whether this node is a relay for others now. */
  public boolean isRelaying() {
    return settings.relaying().isPresent() && traversal.status().standing() == Standing.PUBLIC;
  }

  /** Whether a peer is reached without a relay: it may be dialled, or is connected already. */
  public boolean isDirect(Contact peer) {
    return isDirect(host, peer);
  }

  /** Whether a host reaches a peer without a relay. */
  public static boolean isDirect(Host host, Contact peer) {
    return peer.hasDirectAddress()
        || host.connection(peer.peer()).filter(each -> !each.isLimited()).isPresent();
  }

  /**
   * The addresses that belong into a cacher's record now: while others can't dial the node only
   * those at relays if there are any, one of each relay before the second of any.
   *
   * @param scope which addresses mean anything in the network
   */
  public List<Multiaddr> recordAddresses(AddressScope scope) {
    List<Multiaddr> direct = new ArrayList<>();
    List<Multiaddr> relayed = new ArrayList<>();
    for (Multiaddr each : host.addresses()) {
      if (each.isRelayed()) {
        relayed.add(each);
      } else {
        direct.add(each);
      }
    }
    relayed.removeIf(each -> !scope.isRoutable(each));
    Set<Multiaddr> ordered = new LinkedHashSet<>();
    if (traversal.status().standing() != Standing.PRIVATE || relayed.isEmpty()) {
      ordered.addAll(direct);
    }
    ordered.addAll(oneOfEachFirst(relayed));
    return fitting(ordered);
  }

  private static List<Multiaddr> oneOfEachFirst(List<Multiaddr> relayed) {
    List<Multiaddr> first = new ArrayList<>();
    List<Multiaddr> others = new ArrayList<>();
    Set<Optional<PeerId>> seen = new HashSet<>();
    for (Multiaddr each : relayed) {
      (seen.add(each.relay().flatMap(Multiaddr::peerId)) ? first : others).add(each);
    }
    first.addAll(others);
    return first;
  }

  private static List<Multiaddr> fitting(Set<Multiaddr> ordered) {
    List<Multiaddr> fitting = new ArrayList<>();
    int bytes = 0;
    for (Multiaddr each : ordered) {
      int size = each.toBytes().length + BYTES_PER_ADDRESS;
      if (fitting.size() < CacherRecord.MAX_ADDRESSES && bytes + size <= MAX_RECORD_ADDRESS_BYTES) {
        fitting.add(each);
        bytes += size;
      }
    }
    return fitting;
  }

  /** How the node is reached, by what evidence, and what its operator could do. */
  public ReachReport report() {
    return ReachReport.of(
        traversal.status(),
        settings,
        host.observedAddresses().latest(),
        host.listenAddresses(),
        host.portMapping().map(PortMapping::status));
  }

  @Override
  public void close() {
    traversal.close();
  }
}
