package io.tributary.kademlia.routing;

import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.routing.Bucket.Entry;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The peers a node knows, {@value Position#BITS} buckets of them by how many leading bits their
 * position shares with the node's own.
 *
 * <p>Only peers that have answered are put in. A peer that has proven useful stays: a full bucket
 * takes a new one only when an old one has failed, and until then the new one waits among the
 * replacements. Peers of one block of addresses can hold but a few places, so that buying a network
 * buys no table. Not thread-safe.
 */
public final class RoutingTable {

  /** What became of a peer that was offered. */
  public enum Offer {
    /** It is in the table now. */
    ADDED,
    /** It was in the table, and counts as useful now. */
    KNOWN,
    /** Its bucket is full; it waits for a place. */
    WAITING,
    /** Too many peers of its block of addresses are there. */
    NOT_DIVERSE,
    /** It is this node itself. */
    SELF
  }

  private static final long[] NO_BLOCKS = {};

  private final Position self;
  private final RoutingLimits limits;
  private final @Nullable Bucket[] buckets = new @Nullable Bucket[Position.BITS];
  private final AddressBlocks blocks = new AddressBlocks();
  private int size;

  /**
   * An empty table.
   *
   * @param self the position of the node's own id
   */
  public RoutingTable(Position self, RoutingLimits limits) {
    this.self = self;
    this.limits = limits;
  }

  /** Takes a peer that has just answered. */
  public Offer offer(Contact contact, long nowNanos) {
    int index = bucketOf(contact.position());
    if (index == Position.BITS) {
      return Offer.SELF;
    }
    Bucket bucket = bucket(index);
    Optional<Entry> known = bucket.find(contact.peer());
    if (known.isPresent()) {
      Entry entry = known.get();
      entry.usefulNanos = nowNanos;
      entry.strikes = 0;
      bucket.toEnd(entry);
      move(bucket, entry, contact);
      return Offer.KNOWN;
    }
    if (bucket.entries.size() >= limits.bucketSize()) {
      bucket.addReplacement(contact, limits.replacements());
      return Offer.WAITING;
    }
    long[] of = blocksOf(contact);
    if (!isDiverse(bucket, of)) {
      return Offer.NOT_DIVERSE;
    }
    add(bucket, bucket.entries.size(), new Entry(contact, of, nowNanos));
    bucket.removeReplacement(contact.peer());
    return Offer.ADDED;
  }

  /** A known peer may have moved; it does so only where diversity allows. */
  private void move(Bucket bucket, Entry entry, Contact contact) {
    if (contact.addresses().isEmpty() || contact.addresses().equals(entry.contact.addresses())) {
      return;
    }
    take(bucket, entry);
    long[] of = blocksOf(contact);
    if (isDiverse(bucket, of)) {
      entry.contact = contact;
      entry.blocks = of;
    }
    add(bucket, bucket.entries.size(), entry);
  }

  private long[] blocksOf(Contact contact) {
    return limits.areDiverse() ? AddressBlocks.of(contact) : NO_BLOCKS;
  }

  private boolean isDiverse(Bucket bucket, long[] of) {
    return blocks.hasRoom(of, limits.perPrefix())
        && bucket.hasRoomFor(of, limits.perPrefixAndBucket());
  }

  private void add(Bucket bucket, int place, Entry entry) {
    bucket.entries.add(place, entry);
    size++;
    blocks.add(entry.blocks);
  }

  private void take(Bucket bucket, Entry entry) {
    bucket.entries.remove(entry);
    size--;
    blocks.remove(entry.blocks);
  }

  /** Whether a peer that is not in the table would get a place, should it answer. */
  public boolean wants(Contact contact) {
    int index = bucketOf(contact.position());
    if (index == Position.BITS) {
      return false;
    }
    Bucket bucket = buckets[index];
    return bucket == null
        || (bucket.entries.size() < limits.bucketSize()
            && bucket.find(contact.peer()).isEmpty()
            && isDiverse(bucket, blocksOf(contact)));
  }

  /**
   * Counts a failure of a peer.
   *
   * @param strikes with how many failures in a row it loses its place
   * @return whether it lost it
   */
  public boolean strike(Contact contact, int strikes) {
    Bucket bucket = bucketAt(contact.position());
    if (bucket == null) {
      return false;
    }
    bucket.removeReplacement(contact.peer());
    Optional<Entry> entry = bucket.find(contact.peer());
    if (entry.isEmpty()) {
      return false;
    }
    entry.get().strikes++;
    if (entry.get().strikes < strikes) {
      return false;
    }
    remove(contact);
    return true;
  }

  /** Takes a peer out; one that waits takes its place, and is the next to be checked. */
  public void remove(Contact contact) {
    Bucket bucket = bucketAt(contact.position());
    if (bucket == null) {
      return;
    }
    bucket.removeReplacement(contact.peer());
    bucket
        .find(contact.peer())
        .ifPresent(
            entry -> {
              take(bucket, entry);
              promote(bucket);
            });
  }

  private void promote(Bucket bucket) {
    for (int i = bucket.replacements.size() - 1; i >= 0; i--) {
      Contact waiting = bucket.replacements.get(i);
      long[] of = blocksOf(waiting);
      if (isDiverse(bucket, of)) {
        bucket.replacements.remove(i);
        add(bucket, 0, new Entry(waiting, of, Long.MIN_VALUE / 2));
        return;
      }
    }
  }

  /**
   * The peer of a bucket that has been of no use for longest.
   *
   * @param position any of the bucket
   * @param unused empty if it has been useful within this time
   */
  public Optional<Contact> leastUseful(Position position, Duration unused, long nowNanos) {
    Bucket bucket = bucketAt(position);
    if (bucket == null || bucket.entries.isEmpty()) {
      return Optional.empty();
    }
    Entry first = bucket.entries.get(0);
    return nowNanos - first.usefulNanos >= unused.toNanos()
        ? Optional.of(first.contact)
        : Optional.empty();
  }

  /** The peers of the table that have been of no use for longest, and at least for a time. */
  public List<Contact> leastUseful(int atMost, Duration unused, long nowNanos) {
    List<Entry> stale = new ArrayList<>();
    for (Bucket bucket : buckets) {
      if (bucket != null) {
        for (int i = 0; i < Math.min(atMost, bucket.entries.size()); i++) {
          Entry entry = bucket.entries.get(i);
          if (nowNanos - entry.usefulNanos >= unused.toNanos()) {
            stale.add(entry);
          }
        }
      }
    }
    return stale.stream()
        .sorted(Comparator.comparingLong(entry -> entry.usefulNanos))
        .limit(atMost)
        .map(entry -> entry.contact)
        .toList();
  }

  /*
   * The nearest peers
   * -----------------
   * Let c be the bucket the target falls into. Its peers share at least c+1 bits with the target,
   * more than all others. Those of the buckets beyond c share exactly c, and those of each bucket
   * b before c share exactly b. So the buckets are taken as c, all beyond c together, c-1, c-2 and
   * so on, and only within such a group must peers be sorted.
   */

  /** The peers nearest to a position, the nearest first. */
  public List<Contact> closest(Position target, int atMost) {
    Collector nearest = new Collector(target, atMost);
    int own = bucketOf(target);
    if (own < Position.BITS) {
      nearest.add(buckets[own]);
      nearest.endGroup();
    }
    if (!nearest.isFull()) {
      for (int i = own + 1; i < Position.BITS; i++) {
        nearest.add(buckets[i]);
      }
      nearest.endGroup();
    }
    for (int i = Math.min(own, Position.BITS) - 1; i >= 0 && !nearest.isFull(); i--) {
      nearest.add(buckets[i]);
      nearest.endGroup();
    }
    return nearest.toList();
  }

  private static final class Collector {
    private final Position target;
    private final int atMost;
    private Contact[] found;
    private int groupFrom;
    private int count;

    Collector(Position target, int atMost) {
      this.target = target;
      this.atMost = atMost;
      this.found = new Contact[2 * atMost + 8];
    }

    void add(@Nullable Bucket bucket) {
      if (bucket != null) {
        for (Entry entry : bucket.entries) {
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = entry.contact;
        }
      }
    }

    void endGroup() {
      if (count - groupFrom > 1) {
        Arrays.sort(
            found, groupFrom, count, (x, y) -> target.compareDistances(x.position(), y.position()));
      }
      groupFrom = count;
    }

    boolean isFull() {
      return count >= atMost;
    }

    List<Contact> toList() {
      return List.of(Arrays.copyOf(found, Math.min(count, atMost)));
    }
  }

  /** The known contact of a peer. */
  public Optional<Contact> find(Contact peer) {
    Bucket bucket = bucketAt(peer.position());
    return bucket == null ? Optional.empty() : bucket.find(peer.peer()).map(entry -> entry.contact);
  }

  /** The known contact of a peer. */
  public Optional<Contact> find(PeerId peer) {
    return find(Contact.of(peer, List.of()));
  }

  /** All peers, those of the farthest bucket first. */
  public List<Contact> contacts() {
    List<Contact> all = new ArrayList<>(size);
    for (Bucket bucket : buckets) {
      if (bucket != null) {
        bucket.entries.forEach(entry -> all.add(entry.contact));
      }
    }
    return all;
  }

  /** How many peers are in the table. */
  public int size() {
    return size;
  }

  /** How many peers are in a bucket. */
  public int size(int bucket) {
    Bucket found = buckets[bucket];
    return found == null ? 0 : found.entries.size();
  }

  /** The last bucket with a peer; -1 if there is none. */
  public int deepestBucket() {
    for (int i = Position.BITS - 1; i >= 0; i--) {
      if (size(i) > 0) {
        return i;
      }
    }
    return -1;
  }

  /** The bucket a position falls into; {@value Position#BITS} for the node's own. */
  public int bucketOf(Position position) {
    return self.commonPrefixBits(position);
  }

  private @Nullable Bucket bucketAt(Position position) {
    int index = bucketOf(position);
    return index == Position.BITS ? null : buckets[index];
  }

  private Bucket bucket(int index) {
    Bucket bucket = buckets[index];
    if (bucket == null) {
      bucket = new Bucket();
      buckets[index] = bucket;
    }
    return bucket;
  }
}
