package io.tributary.libp2p.limits;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters of one scope with their limits. Thread-safe. */
final class ResourceScope {

  private final ScopeLimit limit;
  private final Map<Resource, AtomicInteger> counts = new EnumMap<>(Resource.class);

  ResourceScope(ScopeLimit limit) {
    this.limit = limit;
    for (Resource resource : Resource.values()) {
      counts.put(resource, new AtomicInteger());
    }
  }

  private AtomicInteger counter(Resource resource) {
    AtomicInteger counter = counts.get(resource);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + resource);
    }
    return counter;
  }

  boolean tryAcquire(Resource resource) {
    if (counter(resource).incrementAndGet() > limit.of(resource)) {
      counter(resource).decrementAndGet();
      return false;
    }
    return true;
  }

  void release(Resource resource) {
    counter(resource).decrementAndGet();
  }

  int count(Resource resource) {
    return counter(resource).get();
  }

  boolean isIdle() {
    return counts.values().stream().allMatch(count -> count.get() == 0);
  }
}
