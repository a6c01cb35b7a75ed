package io.tributary.kademlia.routing;

import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Peers at one distance class, in rows that are in no order, and those that wait for a row.
 *
 * <p>Kept in columns, because searching for a peer or for the nearest reads the leading bits of all
 * and little else.
 */
final class Bucket {
  static final int NONE = -1;

  private static final int FIRST_ROWS = 4;
  private static final long[] NO_BLOCKS = {};

  /** The newest last. */
  final List<Contact> replacements = new ArrayList<>(0);

  private long[] leadingBits = new long[FIRST_ROWS];
  private long[] usefulNanos = new long[FIRST_ROWS];
  private int[] strikes = new int[FIRST_ROWS];
  private @Nullable Contact[] contacts = new @Nullable Contact[FIRST_ROWS];
  private long[][] blocks = new long[FIRST_ROWS][];
  private int size;

  int size() {
    return size;
  }

  /** The row of a peer, or {@link #NONE}. */
  int find(Contact contact) {
    long bits = contact.position().leadingBits();
    for (int row = 0; row < size; row++) {
      if (leadingBits[row] == bits && contact(row).peer().equals(contact.peer())) {
        return row;
      }
    }
    return NONE;
  }

  long leadingBits(int row) {
    return leadingBits[row];
  }

  Contact contact(int row) {
    return Objects.requireNonNull(contacts[row]);
  }

  /** The blocks of addresses a peer counts for. */
  long[] blocks(int row) {
    return blocks[row];
  }

  /** When a peer was of use last. */
  long usefulNanos(int row) {
    return usefulNanos[row];
  }

  /** The row that has been of no use for longest; {@link #NONE} if there is none. */
  int leastUseful() {
    int least = NONE;
    for (int row = 0; row < size; row++) {
      if (least == NONE || usefulNanos[row] < usefulNanos[least]) {
        least = row;
      }
    }
    return least;
  }

  /** A peer has been of use. */
  void useful(int row, long nowNanos) {
    usefulNanos[row] = nowNanos;
    strikes[row] = 0;
  }

  /** A peer has failed; returns how often in a row. */
  int strike(int row) {
    return ++strikes[row];
  }

  void add(Contact contact, long[] of, long nowNanos) {
    if (size == leadingBits.length) {
      leadingBits = Arrays.copyOf(leadingBits, 2 * size);
      usefulNanos = Arrays.copyOf(usefulNanos, 2 * size);
      strikes = Arrays.copyOf(strikes, 2 * size);
      contacts = Arrays.copyOf(contacts, 2 * size);
      blocks = Arrays.copyOf(blocks, 2 * size);
    }
    leadingBits[size] = contact.position().leadingBits();
    usefulNanos[size] = nowNanos;
    strikes[size] = 0;
    set(size, contact, of);
    size++;
  }

  /** Sets where a peer is. */
  void set(int row, Contact contact, long[] of) {
    contacts[row] = contact;
    blocks[row] = of;
  }

  /** Takes a row out; the last one takes its number. */
  void remove(int row) {
    int last = --size;
    leadingBits[row] = leadingBits[last];
    usefulNanos[row] = usefulNanos[last];
    strikes[row] = strikes[last];
    contacts[row] = contacts[last];
    blocks[row] = blocks[last];
    contacts[last] = null;
    blocks[last] = NO_BLOCKS;
  }

  void addReplacement(Contact contact, int most) {
    removeReplacement(contact.peer());
    replacements.add(contact);
    if (replacements.size() > most) {
      replacements.remove(0);
    }
  }

  void removeReplacement(PeerId peer) {
    if (!replacements.isEmpty()) {
      replacements.removeIf(each -> each.peer().equals(peer));
    }
  }

  /** Whether fewer than so many peers are in each of these blocks, one row left out. */
  boolean hasRoomFor(long[] of, int most, int but) {
    for (long block : of) {
      int same = 0;
      for (int row = 0; row < size; row++) {
        same += row != but && isIn(block, row) ? 1 : 0;
      }
      if (same >= most) {
        return false;
      }
    }
    return true;
  }

  private boolean isIn(long block, int row) {
    for (long own : blocks[row]) {
      if (own == block) {
        return true;
      }
    }
    return false;
  }

  /** The peers of a group of buckets, the nearest to a position first. */
  static final class Nearest {
    private final Position target;
    private final Contact[] found;
    private final long[] distances;
    private final Optional<Contact> but;
    private final long butBits;
    private int groupFrom;
    private int count;

    /**
     * @param target what they are near to
     * @param atMost how many are kept
     * @param but who is left out
     */
    Nearest(Position target, int atMost, Optional<Contact> but) {
      this.target = target;
      this.but = but;
      this.butBits = but.map(contact -> contact.position().leadingBits()).orElse(0L);
      this.found = new Contact[atMost];
      this.distances = new long[atMost];
    }

    /** Adds a bucket to the group. */
    void add(@Nullable Bucket bucket) {
      if (bucket == null) {
        return;
      }
      long bits = target.leadingBits();
      for (int row = 0; row < bucket.size; row++) {
        // With its highest bit flipped an unsigned number compares as a signed one.
        long distance = bucket.leadingBits[row] ^ bits ^ Long.MIN_VALUE;
        if (count < found.length || distance <= distances[count - 1]) {
          Contact contact = bucket.contact(row);
          if (bucket.leadingBits[row] != butBits || !isLeftOut(contact)) {
            insert(distance, contact);
          }
        }
      }
    }

    private boolean isLeftOut(Contact contact) {
      return but.isPresent() && but.get().peer().equals(contact.peer());
    }

    private void insert(long distance, Contact contact) {
      int at = count;
      while (at > groupFrom && isBefore(distance, contact, at - 1)) {
        at--;
      }
      if (at == found.length) {
        return;
      }
      int moved = Math.min(count, found.length - 1) - at;
      System.arraycopy(distances, at, distances, at + 1, moved);
      System.arraycopy(found, at, found, at + 1, moved);
      distances[at] = distance;
      found[at] = contact;
      count = Math.min(count + 1, found.length);
    }

    private boolean isBefore(long distance, Contact contact, int at) {
      return distance != distances[at]
          ? distance < distances[at]
          : target.compareDistances(contact.position(), found[at].position()) < 0;
    }

    /** All that come from now on are farther than those so far. */
    void endGroup() {
      groupFrom = count;
    }

    boolean isFull() {
      return count == found.length;
    }

    List<Contact> toList() {
      return List.of(isFull() ? found : Arrays.copyOf(found, count));
    }
  }
}
