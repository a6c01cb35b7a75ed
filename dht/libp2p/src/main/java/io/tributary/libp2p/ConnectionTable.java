package io.tributary.libp2p;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of a host by peer. Thread-safe. */
final class ConnectionTable {

  /*
   * Two peers that dial at once
   * ---------------------------
   * Each then has two connections to the other, one in each direction. Both must keep the same one,
   * without a word about it: it is the one dialled by the peer with the smaller id. The other takes
   * no new streams of this side at once and is closed when a grace has passed and its streams have
   * ended. The grace is for a peer that knows of only one of them yet.
   */

  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private final PeerId self;
  private final HostMetrics metrics;
  private final Map<PeerId, List<HostConnection>> byPeer = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final List<HostListener> listeners = new CopyOnWriteArrayList<>();

  ConnectionTable(PeerId self, HostMetrics metrics) {
    this.self = self;
    this.metrics = metrics;
  }

  void addListener(HostListener listener) {
    listeners.add(listener);
  }

  void removeListener(HostListener listener) {
    listeners.remove(listener);
  }

  List<HostListener> listeners() {
    return listeners;
  }

  /** Enters a connection, until it ends. On its event loop. */
  void add(HostConnection connection) {
    byPeer.compute(
        connection.remotePeer(),
        (peer, before) -> {
          List<HostConnection> after = new ArrayList<>();
          if (before != null) {
            after.addAll(before);
            before.forEach(other -> settle(other, connection));
          }
          after.add(connection);
          return List.copyOf(after);
        });
    size.incrementAndGet();
    metrics.connectionOpened(connection);
    listeners.forEach(each -> each.onConnected(connection));
    connection
        .closed()
        .addListener((Future<CloseReason> closed) -> remove(connection, closed.getNow()));
  }

  private void remove(HostConnection connection, CloseReason reason) {
    byPeer.computeIfPresent(
        connection.remotePeer(),
        (peer, before) -> {
          List<HostConnection> after = new ArrayList<>(before);
          after.remove(connection);
          return after.isEmpty() ? null : List.copyOf(after);
        });
    size.decrementAndGet();
    metrics.connectionClosed(connection, reason);
    listeners.forEach(each -> each.onDisconnected(connection, reason));
  }

  private void settle(HostConnection one, HostConnection other) {
    boolean atOnce =
        Duration.between(one.openedAt(), other.openedAt()).abs().compareTo(AT_ONCE) <= 0;
    if (!atOnce || one.direction() == other.direction() || one.isLimited() || other.isLimited()) {
      return;
    }
    boolean ownDialStays = self.compareTo(one.remotePeer()) < 0;
    Direction kept = ownDialStays ? Direction.OUTBOUND : Direction.INBOUND;
    HostConnection lesser = one.direction() == kept ? other : one;
    if (!lesser.isOutdone()) {
      lesser.onOutdone();
    }
  }

  /** The connection to use for a new stream: not lent if possible, not outdone, the newest. */
  Optional<HostConnection> best(PeerId peer) {
    return byPeer.getOrDefault(peer, List.of()).stream()
        .filter(HostConnection::isOpen)
        .max(
            Comparator.<HostConnection, Boolean>comparing(each -> !each.isLimited())
                .thenComparing(each -> !each.isOutdone())
                .thenComparing(HostConnection::openedAt));
  }

  List<HostConnection> of(PeerId peer) {
    return byPeer.getOrDefault(peer, List.of());
  }

  Collection<HostConnection> all() {
    return byPeer.values().stream().flatMap(List::stream).toList();
  }

  int size() {
    return size.get();
  }
}
