package io.tributary.libp2p.limits;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counters of one scope with their limits. Thread-safe. */
final class ResourceScope {

  private static final int RESOURCES = Resource.values().length;

  private final ScopeLimit limit;
  private final AtomicIntegerArray counts = new AtomicIntegerArray(RESOURCES);

  ResourceScope(ScopeLimit limit) {
    this.limit = limit;
  }

  boolean tryAcquire(Resource resource) {
    if (counts.incrementAndGet(resource.ordinal()) > limit.of(resource)) {
      counts.decrementAndGet(resource.ordinal());
      return false;
    }
    return true;
  }

  void release(Resource resource) {
    counts.decrementAndGet(resource.ordinal());
  }

  int count(Resource resource) {
    return counts.get(resource.ordinal());
  }

  boolean isIdle() {
    for (int i = 0; i < RESOURCES; i++) {
      if (counts.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
