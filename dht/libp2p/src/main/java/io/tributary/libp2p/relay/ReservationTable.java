package io.tributary.libp2p.relay;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who may be reached through a relay: one reservation for each peer, in bounds, until it expires or
 * its connection ends. Thread-safe.
 */
final class ReservationTable {

  /**
   * A reservation.
   *
   * @param connection over which it was made and by which the peer is reached
   */
  record Entry(Instant expiry, IpPrefix customer, Connection connection) {}

  private final int max;
  private final int maxPerCustomer;
  private final Consumer<PeerId> onEnded;
  private final Map<PeerId, Entry> entries = new LinkedHashMap<>();
  private final Map<IpPrefix, Integer> perCustomer = new HashMap<>();

  /**
   * None yet.
   *
   * @param onEnded told of each peer whose reservation ends without being renewed, for whatever
   *     reason; must not call this
   */
  ReservationTable(int max, int maxPerCustomer, Consumer<PeerId> onEnded) {
    this.max = max;
    this.maxPerCustomer = maxPerCustomer;
    this.onEnded = onEnded;
  }

  /** Makes or renews a peer's reservation; the answer is why not, if not. */
  synchronized Optional<RelayRefusal> reserve(PeerId peer, Entry wanted, Instant now) {
    removeExpired(now);
    Entry before = entries.get(peer);
    boolean another = before == null || !before.customer().equals(wanted.customer());
    if (before == null && entries.size() >= max) {
      return Optional.of(RelayRefusal.RESERVATIONS_FULL);
    }
    if (another && perCustomer.getOrDefault(wanted.customer(), 0) >= maxPerCustomer) {
      return Optional.of(RelayRefusal.CUSTOMER_HAS_ENOUGH);
    }
    take(peer);
    entries.put(peer, wanted);
    perCustomer.merge(wanted.customer(), 1, Integer::sum);
    return Optional.empty();
  }

  /** A peer's reservation, if it holds now. */
  synchronized Optional<Entry> find(PeerId peer, Instant now) {
    return Optional.ofNullable(entries.get(peer)).filter(each -> each.expiry().isAfter(now));
  }

  /** Ends a peer's reservation if it was made over this connection. */
  synchronized void remove(PeerId peer, Connection connection) {
    Entry entry = entries.get(peer);
    if (entry != null && entry.connection().equals(connection)) {
      end(peer);
    }
  }

  synchronized int size(Instant now) {
    removeExpired(now);
    return entries.size();
  }

  synchronized void clear() {
    List.copyOf(entries.keySet()).forEach(this::end);
  }

  private void removeExpired(Instant now) {
    List<PeerId> expired =
        entries.entrySet().stream()
            .filter(each -> !each.getValue().expiry().isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    expired.forEach(this::end);
  }

  private void end(PeerId peer) {
    take(peer);
    onEnded.accept(peer);
  }

  private void take(PeerId peer) {
    Entry entry = entries.remove(peer);
    if (entry != null) {
      perCustomer.computeIfPresent(
          entry.customer(), (customer, count) -> count == 1 ? null : count - 1);
    }
  }
}
