package io.tributary.region.membership;

import io.tributary.region.gossip.Marks;
import java.util.function.LongPredicate;

/**
 * The keys of members about whom something was learned lately, each to be told so many times. At
 * most {@value #MAX}; the ones told most often are forgotten first. Not thread-safe.
 */
final class News {
  static final int MAX = 4096;

  /** How many are told in one message. */
  static final int PER_MESSAGE = 64;

  private static final int INITIAL_ROOM = 16;

  /**
   * The keys in the order in which they are to be told, in a ring that begins at {@link #first}.
   */
  private long[] ring = new long[INITIAL_ROOM];

  private int first;
  private int size;

  /** How often each was told. */
  private final LongMap told;

  /**
   * @param secret keeps others from choosing keys that slow it down
   */
  News(long secret) {
    this.told = new LongMap(secret);
  }

  /** Takes what is told of a key; tells nothing of keys that are no longer held. */
  interface Teller {
    boolean tell(long key, Marks.Builder marks);
  }

  /** Adds a key, in front, as if it had never been told. */
  void add(long key) {
    boolean isNew = !told.contains(key);
    told.put(key, 0);
    if (!isNew) {
      return;
    }
    if (size == MAX) {
      told.remove(ring[at(--size)]);
    }
    if (size == ring.length) {
      grow();
    }
    first = (first - 1) & (ring.length - 1);
    ring[first] = key;
    size++;
  }

  private int at(int index) {
    return (first + index) & (ring.length - 1);
  }

  private void grow() {
    long[] larger = new long[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[at(i)];
    }
    ring = larger;
    first = 0;
  }

  /**
   * Tells of some keys, the newest first.
   *
   * @param times how often a key is told before it is no news any more
   * @param except keys that the other side has just told itself
   */
  Marks tell(int times, LongPredicate except, Teller teller) {
    Marks.Builder marks = new Marks.Builder(Math.min(PER_MESSAGE, size));
    for (int left = size; left > 0 && !marks.isFull(); left--) {
      long key = ring[first];
      first = at(1);
      size--;
      if (told.get(key) >= times) {
        told.remove(key);
        continue;
      }
      if (!except.test(key) && !teller.tell(key, marks)) {
        told.remove(key);
        continue;
      }
      long so = told.get(key) + 1;
      if (so >= times) {
        told.remove(key);
      } else {
        told.put(key, so);
        ring[at(size++)] = key;
      }
    }
    return marks.build();
  }

  /** Counts a key as told so often more, since it turned out to be known. */
  void known(long key, int more) {
    long so = told.get(key);
    if (so != LongMap.NOTHING) {
      told.put(key, so + more);
    }
  }

  int size() {
    return size;
  }
}
