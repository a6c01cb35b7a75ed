package io.tributary.libp2p.autonat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.RateLimit;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Peers of the address book to which no NAT expects this host to talk, who are asked from a port
 * that it does not listen at: if they get in, everybody does. Used on one thread.
 */
final class Strangers {

  /** How often one is asked; most peers are no servers, so not every one helps. */
  static final Rate ASKED = new Rate(16.0 / 900, 16);

  /** How many peers are looked at each time. */
  static final int MAX_LOOKED_AT = 64;

  private static final String ALL = "all";

  private final Host host;
  private final Contacts contacts;
  private final RateLimit<String> asked;
  private int skipped;

  Strangers(Host host, Contacts contacts) {
    this.host = host;
    this.contacts = contacts;
    this.asked = new RateLimit<>(ASKED, 1, host.io().group().next().ticker());
  }

  /** A peer and where to dial it. */
  record Stranger(PeerId peer, Multiaddr address, IpPrefix network) {}

  /** The next one that may be asked, if any may now. */
  Optional<Stranger> next(BiPredicate<PeerId, IpPrefix> isWanted) {
    List<PeerId> peers = host.addressBook().peers(skipped, MAX_LOOKED_AT);
    skipped = peers.size() < MAX_LOOKED_AT ? 0 : skipped + MAX_LOOKED_AT;
    for (PeerId peer : peers) {
      if (!peer.equals(host.peerId()) && host.connection(peer).isEmpty()) {
        for (Multiaddr address : host.addressBook().addresses(peer)) {
          Optional<Stranger> found =
              stranger(peer, address).filter(each -> isWanted.test(peer, each.network()));
          if (found.isPresent()) {
            return asked.tryAcquire(ALL) ? found : Optional.empty();
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Stranger> stranger(PeerId peer, Multiaddr address) {
    if (!host.publicNetworks().contains(address) || !host.canDial(address)) {
      return Optional.empty();
    }
    Optional<InetAddress> ip = address.toSocketAddress().map(InetSocketAddress::getAddress);
    return ip.filter(each -> !contacts.knew(each, host.clock().instant()))
        .map(each -> new Stranger(peer, address, IpPrefix.ofNetwork(each)));
  }

  /** Connects to one, from a port that nothing else uses. */
  Future<Connection> connect(Stranger stranger) {
    return host.connectOnly(stranger.address().withPeerId(stranger.peer()));
  }
}
