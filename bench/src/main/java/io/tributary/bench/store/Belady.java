package io.tributary.bench.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** The best that any cache of things of one size can do: it knows the future. */
final class Belady {
  private Belady() {}

  /**
   * Returns the hits of a cache that throws out what is needed last, and takes nothing in that is
   * needed later than all it has.
   *
   * @param room how many things the cache holds
   */
  static int hits(long[] requests, int room) {
    int[] next = new int[requests.length];
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = requests.length - 1; i >= 0; i--) {
      Integer later = seen.put(requests[i], i);
      next[i] = later == null ? Integer.MAX_VALUE : later;
    }
    // When each thing that is here is needed next; entries of the queue that are out of date are
    // skipped.
    Map<Long, Integer> here = new HashMap<>();
    PriorityQueue<Need> furthest = new PriorityQueue<>((a, b) -> Integer.compare(b.next, a.next));
    int hits = 0;
    for (int i = 0; i < requests.length; i++) {
      long name = requests[i];
      boolean isHit = here.containsKey(name);
      hits += isHit ? 1 : 0;
      if (next[i] == Integer.MAX_VALUE) {
        here.remove(name);
        continue;
      }
      here.put(name, next[i]);
      furthest.add(new Need(name, next[i]));
      while (here.size() > room) {
        Need need = furthest.remove();
        here.remove(need.name, need.next);
      }
    }
    return hits;
  }

  private record Need(long name, int next) {}

  /** Returns the hits of the least-recently-used rule, for comparison. */
  static int lruHits(long[] requests, int room) {
    Map<Long, Boolean> here =
        new java.util.LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > room;
          }
        };
    return Math.toIntExact(
        Arrays.stream(requests).filter(name -> here.put(name, true) != null).count());
  }
}
