package io.tributary.nodekit.http;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open connections, in all and by address, against their limits. Thread-safe. */
final class ConnectionGate {
  private final int maxInAll;
  private final int maxPerAddress;
  private final AtomicInteger inAll = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

  ConnectionGate(HttpLimits limits) {
    this.maxInAll = limits.maxConnections();
    this.maxPerAddress = limits.maxConnectionsPerAddress();
  }

  /** Lets a connection in; each one that was let in must {@link #leave}. */
  boolean enter(InetAddress address) {
    if (inAll.incrementAndGet() > maxInAll) {
      inAll.decrementAndGet();
      return false;
    }
    boolean[] isLetIn = new boolean[1];
    byAddress.compute(
        address,
        (a, open) -> {
          isLetIn[0] = open == null || open < maxPerAddress;
          return open == null ? Integer.valueOf(1) : isLetIn[0] ? open + 1 : open;
        });
    if (!isLetIn[0]) {
      inAll.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave(InetAddress address) {
    inAll.decrementAndGet();
    byAddress.compute(address, (a, n) -> n == null || n <= 1 ? null : n - 1);
  }

  int open() {
    return inAll.get();
  }
}
