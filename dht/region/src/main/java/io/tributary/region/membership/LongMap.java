package io.tributary.region.membership;

import java.util.function.LongPredicate;

/**
 * A map from longs to longs that allocates nothing for an entry.
 *
 * <p>An open-addressed table in which a key lies beside its value. Keys are mixed with a secret
 * number, so that nobody can choose keys that meet. Not thread-safe.
 */
final class LongMap {
  /** The value of a key that is not in the map; it cannot be put. */
  static final long NOTHING = Long.MIN_VALUE;

  private static final int INITIAL_SLOTS = 8;

  private final long secret;

  /** A key and a value for each slot. The value is kept exclusive-or'ed, so that 0 is free. */
  private long[] entries;

  private int size;

  LongMap(long secret) {
    this(secret, 0);
  }

  /** With room for so many. */
  LongMap(long secret, int expected) {
    this.secret = secret;
    this.entries = new long[2 * slotsFor(expected)];
  }

  private static int slotsFor(int expected) {
    return Math.max(INITIAL_SLOTS, Integer.highestOneBit(Math.max(1, expected)) * 2);
  }

  int size() {
    return size;
  }

  /** The place of a key, or the free one where it would go. */
  private int place(long key) {
    int mask = entries.length - 2;
    int place = home(key);
    while (entries[place + 1] != 0 && entries[place] != key) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private int home(long key) {
    return (int) Digests.mix(key ^ secret) & (entries.length - 2);
  }

  boolean contains(long key) {
    return entries[place(key) + 1] != 0;
  }

  /** The value of a key, or {@link #NOTHING}. */
  long get(long key) {
    return entries[place(key) + 1] ^ NOTHING;
  }

  void put(long key, long value) {
    if (value == NOTHING) {
      throw new IllegalArgumentException("the value " + value + " stands for nothing");
    }
    int place = place(key);
    if (entries[place + 1] == 0) {
      if ((size + 1) * 4 > entries.length / 2 * 3) {
        rebuild(entries.length, any -> false);
        place = place(key);
      }
      size++;
      entries[place] = key;
    }
    entries[place + 1] = value ^ NOTHING;
  }

  /** Removes a key if it is there, and closes the gap so that searches need no tombstones. */
  void remove(long key) {
    int gap = place(key);
    if (entries[gap + 1] == 0) {
      return;
    }
    size--;
    int mask = entries.length - 2;
    for (int next = (gap + 2) & mask; entries[next + 1] != 0; next = (next + 2) & mask) {
      if (((next - home(entries[next])) & mask) >= ((next - gap) & mask)) {
        entries[gap] = entries[next];
        entries[gap + 1] = entries[next + 1];
        gap = next;
      }
    }
    entries[gap] = 0;
    entries[gap + 1] = 0;
  }

  /** Removes the keys of such values, and gives back the room they took. */
  void removeIf(LongPredicate value) {
    int left = 0;
    for (int place = 0; place < entries.length; place += 2) {
      if (entries[place + 1] != 0 && !value.test(entries[place + 1] ^ NOTHING)) {
        left++;
      }
    }
    rebuild(slotsFor(left), value);
  }

  private void rebuild(int slots, LongPredicate without) {
    long[] old = entries;
    entries = new long[2 * slots];
    size = 0;
    for (int place = 0; place < old.length; place += 2) {
      if (old[place + 1] != 0 && !without.test(old[place + 1] ^ NOTHING)) {
        int to = place(old[place]);
        entries[to] = old[place];
        entries[to + 1] = old[place + 1];
        size++;
      }
    }
  }

  /** All values, in no certain order. */
  long[] values() {
    long[] values = new long[size];
    int next = 0;
    for (int place = 0; place < entries.length; place += 2) {
      if (entries[place + 1] != 0) {
        values[next++] = entries[place + 1] ^ NOTHING;
      }
    }
    return values;
  }
}
