package io.tributary.libp2p.peers;

import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of peers, each for a time. Of the peers the most recently used {@code maxPeers} are
 * kept, of a peer's addresses the {@code maxAddresses} that last longest. Thread-safe.
 *
 * <p>Addresses that a peer has signed are certified: the newest record replaces the older one's
 * addresses, and an older record is ignored.
 */
public final class AddressBook {

  /** Default of {@code maxPeers}. */
  public static final int DEFAULT_MAX_PEERS = 16_384;

  /** Default of {@code maxAddresses}. */
  public static final int DEFAULT_MAX_ADDRESSES = 32;

  /** How long hearsay holds, such as addresses that a third peer told. */
  public static final Duration HEARSAY = Duration.ofMinutes(10);

  /** How long addresses hold that the peer itself told. */
  public static final Duration TOLD = Duration.ofHours(1);

  /** For addresses that hold as long as the host runs, such as configured ones. */
  public static final Duration FOR_EVER = Duration.ofDays(365_000);

  private static final class Entry {
    final Map<Multiaddr, Known> addresses = new LinkedHashMap<>();
    @Nullable SignedEnvelope envelope;
    long sequence;
  }

  private record Known(Instant until, boolean certified) {}

  private final int maxPeers;
  private final int maxAddresses;
  private final InstantSource clock;
  private final Map<PeerId, Entry> entries;

  /** An empty book of default size. */
  public AddressBook(InstantSource clock) {
    this(clock, DEFAULT_MAX_PEERS, DEFAULT_MAX_ADDRESSES);
  }

  /** An empty book. */
  public AddressBook(InstantSource clock, int maxPeers, int maxAddresses) {
    if (maxPeers < 1 || maxAddresses < 1) {
      throw new IllegalArgumentException("maxPeers " + maxPeers + ", maxAddresses " + maxAddresses);
    }
    this.clock = clock;
    this.maxPeers = maxPeers;
    this.maxAddresses = maxAddresses;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<PeerId, Entry> eldest) {
            return size() > maxPeers;
          }
        };
  }

  /**
   * Adds addresses, or prolongs those known.
   *
   * @param addresses with or without the peer's id at their end; those of another peer are left out
   * @param ttl for how long they hold
   */
  public synchronized void add(PeerId peer, Collection<Multiaddr> addresses, Duration ttl) {
    Instant until = clock.instant().plus(ttl);
    Entry entry = entries.computeIfAbsent(peer, ignored -> new Entry());
    for (Multiaddr address : addresses) {
      if (address.peerId().map(peer::equals).orElse(true)) {
        put(entry, address.withoutPeerId(), until, false);
      }
    }
    shrink(entry);
  }

  /**
   * Takes a peer's own record.
   *
   * @param envelope the envelope it came in, to be passed on
   * @return whether it was news: the first or newer than the one known
   */
  public synchronized boolean addCertified(
      PeerRecord record, SignedEnvelope envelope, Duration ttl) {
    Entry entry = entries.computeIfAbsent(record.peerId(), ignored -> new Entry());
    if (entry.envelope != null && Long.compareUnsigned(record.sequence(), entry.sequence) <= 0) {
      return false;
    }
    entry.envelope = envelope;
    entry.sequence = record.sequence();
    entry.addresses.values().removeIf(Known::certified);
    Instant until = clock.instant().plus(ttl);
    for (Multiaddr address : record.addresses()) {
      put(entry, address.withoutPeerId(), until, true);
    }
    shrink(entry);
    return true;
  }

  private static void put(Entry entry, Multiaddr address, Instant until, boolean certified) {
    entry.addresses.merge(
        address,
        new Known(until, certified),
        (before, now) ->
            new Known(
                before.until().isAfter(now.until()) ? before.until() : now.until(),
                before.certified() || now.certified()));
  }

  private void shrink(Entry entry) {
    while (entry.addresses.size() > maxAddresses) {
      Multiaddr first =
          entry.addresses.entrySet().stream()
              .min(
                  Comparator.<Map.Entry<Multiaddr, Known>, Boolean>comparing(
                          each -> each.getValue().certified())
                      .thenComparing(each -> each.getValue().until()))
              .orElseThrow()
              .getKey();
      entry.addresses.remove(first);
    }
  }

  /** The addresses of a peer that hold now, without its id; certified ones first. */
  public synchronized List<Multiaddr> addresses(PeerId peer) {
    Entry entry = entries.get(peer);
    if (entry == null) {
      return List.of();
    }
    Instant now = clock.instant();
    entry.addresses.values().removeIf(known -> !known.until().isAfter(now));
    return entry.addresses.entrySet().stream()
        .sorted(Comparator.comparing(each -> !each.getValue().certified()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a peer has signed an address of its that holds now. */
  public synchronized boolean isCertified(PeerId peer, Multiaddr address) {
    Entry entry = entries.get(peer);
    Known known = entry == null ? null : entry.addresses.get(address.withoutPeerId());
    return known != null && known.certified() && known.until().isAfter(clock.instant());
  }

  /** Whether a record is older than the one known of its peer. */
  public synchronized boolean isStale(PeerRecord record) {
    Entry entry = entries.get(record.peerId());
    return entry != null
        && entry.envelope != null
        && Long.compareUnsigned(record.sequence(), entry.sequence) < 0;
  }

  /** The newest record a peer has signed, in its envelope. */
  public synchronized Optional<SignedEnvelope> record(PeerId peer) {
    Entry entry = entries.get(peer);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.envelope);
  }

  /** Takes one address of a peer out, as when it proves to lead elsewhere. */
  public synchronized void remove(PeerId peer, Multiaddr address) {
    Entry entry = entries.get(peer);
    if (entry != null) {
      entry.addresses.remove(address.withoutPeerId());
    }
  }

  /** Forgets a peer. */
  public synchronized void remove(PeerId peer) {
    entries.remove(peer);
  }

  /**
   * Some of the peers that are known, those not used for the longest first.
   *
   * @param skip how many to leave out
   * @param max how many at most
   */
  public synchronized List<PeerId> peers(int skip, int max) {
    return entries.keySet().stream().skip(skip).limit(max).toList();
  }

  /** How many peers are kept at most. */
  public int maxPeers() {
    return maxPeers;
  }

  /** How many peers are known. */
  public synchronized int size() {
    return entries.size();
  }
}
