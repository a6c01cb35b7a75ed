package io.tributary.kademlia.routing;

import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
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

  /** When a peer was useful that has not been yet; half of it, so that differences fit. */
  private static final long NEVER_NANOS = Long.MIN_VALUE / 2;

  private final Position self;
  private final RoutingLimits limits;
  private final @Nullable Bucket[] buckets = new @Nullable Bucket[Position.BITS];
  private final AddressBlocks blocks = new AddressBlocks();
  private int size;

  /** Buckets from here on have never had a peer. */
  private int used;

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
    int known = bucket.find(contact);
    if (known != Bucket.NONE) {
      bucket.useful(known, nowNanos);
      move(bucket, known, contact);
      return Offer.KNOWN;
    }
    if (bucket.size() >= limits.bucketSize()) {
      bucket.addReplacement(contact, limits.replacements());
      return Offer.WAITING;
    }
    long[] of = blocksOf(contact);
    if (!isDiverse(bucket, of, Bucket.NONE)) {
      return Offer.NOT_DIVERSE;
    }
    add(bucket, contact, of, nowNanos);
    bucket.removeReplacement(contact.peer());
    return Offer.ADDED;
  }

  /** A known peer may have moved; it does so only where diversity allows. */
  private void move(Bucket bucket, int row, Contact contact) {
    if (contact.addresses().isEmpty()
        || contact.addresses().equals(bucket.contact(row).addresses())) {
      return;
    }
    long[] before = bucket.blocks(row);
    long[] of = blocksOf(contact);
    blocks.remove(before);
    if (isDiverse(bucket, of, row)) {
      bucket.set(row, contact, of);
    }
    blocks.add(bucket.blocks(row));
  }

  private long[] blocksOf(Contact contact) {
    return limits.areDiverse() ? AddressBlocks.of(contact) : NO_BLOCKS;
  }

  private boolean isDiverse(Bucket bucket, long[] of, int but) {
    return blocks.hasRoom(of, limits.perPrefix())
        && bucket.hasRoomFor(of, limits.perPrefixAndBucket(), but);
  }

  private void add(Bucket bucket, Contact contact, long[] of, long usefulNanos) {
    bucket.add(contact, of, usefulNanos);
    size++;
    blocks.add(of);
  }

  /** Whether a peer that is not in the table would get a place, should it answer. */
  public boolean wants(Contact contact) {
    int index = bucketOf(contact.position());
    if (index == Position.BITS) {
      return false;
    }
    Bucket bucket = buckets[index];
    return bucket == null
        || (bucket.size() < limits.bucketSize()
            && bucket.find(contact) == Bucket.NONE
            && isDiverse(bucket, blocksOf(contact), Bucket.NONE));
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
    int row = bucket.find(contact);
    if (row == Bucket.NONE || bucket.strike(row) < strikes) {
      return false;
    }
    remove(bucket, row);
    return true;
  }

  /** Takes a peer out; one that waits takes its place, and is the next to be checked. */
  public void remove(Contact contact) {
    Bucket bucket = bucketAt(contact.position());
    if (bucket == null) {
      return;
    }
    bucket.removeReplacement(contact.peer());
    int row = bucket.find(contact);
    if (row != Bucket.NONE) {
      remove(bucket, row);
    }
  }

  private void remove(Bucket bucket, int row) {
    blocks.remove(bucket.blocks(row));
    bucket.remove(row);
    size--;
    promote(bucket);
  }

  private void promote(Bucket bucket) {
    for (int i = bucket.replacements.size() - 1; i >= 0; i--) {
      Contact waiting = bucket.replacements.get(i);
      long[] of = blocksOf(waiting);
      if (isDiverse(bucket, of, Bucket.NONE)) {
        bucket.replacements.remove(i);
        add(bucket, waiting, of, NEVER_NANOS);
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
    if (bucket == null || bucket.size() == 0) {
      return Optional.empty();
    }
    int row = bucket.leastUseful();
    return nowNanos - bucket.usefulNanos(row) >= unused.toNanos()
        ? Optional.of(bucket.contact(row))
        : Optional.empty();
  }

  /** The peers of the table that have been of no use for longest, and at least for a time. */
  public List<Contact> leastUseful(int atMost, Duration unused, long nowNanos) {
    List<Stale> stale = new ArrayList<>();
    for (int i = 0; i < used; i++) {
      Bucket bucket = buckets[i];
      for (int row = 0; bucket != null && row < bucket.size(); row++) {
        long useful = bucket.usefulNanos(row);
        if (nowNanos - useful >= unused.toNanos()) {
          stale.add(new Stale(useful, bucket.contact(row)));
        }
      }
    }
    return stale.stream()
        .sorted(Comparator.comparingLong(Stale::usefulNanos))
        .limit(atMost)
        .map(Stale::contact)
        .toList();
  }

  private record Stale(long usefulNanos, Contact contact) {}

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
    return closest(new Bucket.Nearest(target, atMost, Optional.empty()), target);
  }

  /** The same without one peer. */
  public List<Contact> closestBut(Contact but, Position target, int atMost) {
    return closest(new Bucket.Nearest(target, atMost, Optional.of(but)), target);
  }

  private List<Contact> closest(Bucket.Nearest nearest, Position target) {
    int own = bucketOf(target);
    if (own < Position.BITS) {
      nearest.add(buckets[own]);
      nearest.endGroup();
    }
    if (!nearest.isFull()) {
      for (int i = own + 1; i < used; i++) {
        nearest.add(buckets[i]);
      }
      nearest.endGroup();
    }
    for (int i = Math.min(own, used) - 1; i >= 0 && !nearest.isFull(); i--) {
      nearest.add(buckets[i]);
      nearest.endGroup();
    }
    return nearest.toList();
  }

  /** The known contact of a peer. */
  public Optional<Contact> find(Contact peer) {
    Bucket bucket = bucketAt(peer.position());
    int row = bucket == null ? Bucket.NONE : bucket.find(peer);
    return bucket == null || row == Bucket.NONE
        ? Optional.empty()
        : Optional.of(bucket.contact(row));
  }

  /** The known contact of a peer. */
  public Optional<Contact> find(PeerId peer) {
    return find(Contact.of(peer, List.of()));
  }

  /** All peers, those of the farthest bucket first. */
  public List<Contact> contacts() {
    List<Contact> all = new ArrayList<>(size);
    for (int i = 0; i < used; i++) {
      Bucket bucket = buckets[i];
      for (int row = 0; bucket != null && row < bucket.size(); row++) {
        all.add(bucket.contact(row));
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
    return found == null ? 0 : found.size();
  }

  /** The last bucket with a peer; -1 if there is none. */
  public int deepestBucket() {
    for (int i = used - 1; i >= 0; i--) {
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
      used = Math.max(used, index + 1);
    }
    return bucket;
  }
}
