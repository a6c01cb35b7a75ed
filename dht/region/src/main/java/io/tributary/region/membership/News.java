package io.tributary.region.membership;

import io.tributary.region.gossip.Marks;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The keys of members about whom something was learned lately, each to be told so many times. At
 * most {@value #MAX}; the ones told most often are forgotten first. Not thread-safe.
 */
final class News {
  static final int MAX = 4096;

  /** How many are told in one message. */
  static final int PER_MESSAGE = 64;

  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private final Map<Long, Item> byKey = new HashMap<>();

  private static final class Item {
    private final long key;
    private int told;

    Item(long key) {
      this.key = key;
    }
  }

  /** Takes what is told of a key; tells nothing of keys that are no longer held. */
  interface Teller {
    boolean tell(long key, Marks.Builder marks);
  }

  /** Adds a key, in front, as if it had never been told. */
  void add(long key) {
    Item known = byKey.get(key);
    if (known != null) {
      known.told = 0;
      return;
    }
    if (queue.size() >= MAX) {
      byKey.remove(queue.removeLast().key);
    }
    Item item = new Item(key);
    byKey.put(key, item);
    queue.addFirst(item);
  }

  /**
   * Tells of some keys, the newest first.
   *
   * @param times how often a key is told before it is no news any more
   * @param except keys that the other side has just told itself
   */
  Marks tell(int times, LongPredicate except, Teller teller) {
    Marks.Builder marks = new Marks.Builder(PER_MESSAGE);
    for (int left = queue.size(); left > 0 && !marks.isFull(); left--) {
      Item item = queue.removeFirst();
      if (!except.test(item.key) && !teller.tell(item.key, marks)) {
        byKey.remove(item.key);
        continue;
      }
      if (++item.told >= times) {
        byKey.remove(item.key);
      } else {
        queue.addLast(item);
      }
    }
    return marks.build();
  }

  int size() {
    return queue.size();
  }
}
