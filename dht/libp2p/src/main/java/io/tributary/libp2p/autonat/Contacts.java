package io.tributary.libp2p.autonat;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.CloseReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The IP addresses that a NAT may know because this host has sent to them from a port it listens
 * at, now or of late. Connections from other ports are other mappings to a NAT, and don't count.
 * Thread-safe.
 */
final class Contacts implements HostListener {

  /** How long a NAT may remember; for TCP it may be longer than for anything else. */
  static final Duration MEMORY = Duration.ofHours(1);

  /** The most addresses remembered; the longest unused goes first. */
  static final int MAX_ADDRESSES = 4096;

  private record Seen(Instant first, Instant last) {}

  private final Host host;
  private final Map<InetAddress, Seen> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Seen> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /** Those of the connections that there are; those that come and go are told. */
  Contacts(Host host) {
    this.host = host;
    host.connections().forEach(this::remember);
  }

  @Override
  public void onConnected(Connection connection) {
    remember(connection);
  }

  @Override
  public void onDisconnected(Connection connection, CloseReason reason) {
    remember(connection);
  }

  private void remember(Connection connection) {
    if (isFromListenPort(connection)) {
      connection
          .remoteAddress()
          .toSocketAddress()
          .map(InetSocketAddress::getAddress)
          .ifPresent(this::put);
    }
  }

  private synchronized void put(InetAddress address) {
    Instant now = host.clock().instant();
    Seen before = seen.get(address);
    boolean known = before != null && before.last().plus(MEMORY).isAfter(now);
    seen.put(address, new Seen(before != null && known ? before.first() : now, now));
  }

  private boolean isFromListenPort(Connection connection) {
    if (connection.isLimited()) {
      return false;
    }
    OptionalInt port = port(connection.localAddress());
    return connection.direction() == Direction.INBOUND
        || host.listenAddresses().stream()
            .map(Contacts::port)
            .anyMatch(each -> each.isPresent() && each.equals(port));
  }

  private static OptionalInt port(Multiaddr address) {
    return address
        .toSocketAddress()
        .map(socket -> OptionalInt.of(socket.getPort()))
        .orElse(OptionalInt.empty());
  }

  /** Whether a NAT may have known an address at some moment of late. */
  boolean knew(InetAddress address, Instant at) {
    synchronized (this) {
      Seen known = seen.get(address);
      if (known != null && known.first().isBefore(at) && known.last().plus(MEMORY).isAfter(at)) {
        return true;
      }
    }
    return host.connections().stream()
        .filter(each -> each.openedAt().isBefore(at) && isFromListenPort(each))
        .flatMap(each -> each.remoteAddress().toSocketAddress().stream())
        .anyMatch(each -> address.equals(each.getAddress()));
  }
}
