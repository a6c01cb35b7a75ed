package io.tributary.libp2p;

import io.tributary.libp2p.limits.AccessList;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerTags;
import io.tributary.libp2p.time.Timekeeper;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the number of connections in bounds: when it passes the high mark, those worth least are
 * closed down to the low mark. Spared are the young, the protected and the allowed. Thread-safe.
 */
final class Trimmer {

  private final ConnectionTable connections;
  private final PeerTags tags;
  private final AccessList access;
  private final ResourceLimits limits;
  private final Duration grace;
  private final Timekeeper timekeeper;
  private final AtomicBoolean trimming = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();

  Trimmer(
      ConnectionTable connections,
      PeerTags tags,
      AccessList access,
      ResourceLimits limits,
      Duration grace,
      Timekeeper timekeeper) {
    this.connections = connections;
    this.tags = tags;
    this.access = access;
    this.limits = limits;
    this.grace = grace;
    this.timekeeper = timekeeper;
  }

  /** Trims if there are too many connections; once more later, as long as there still are. */
  void trimIfNeeded() {
    if (!isNeeded() || !trimming.compareAndSet(false, true)) {
      return;
    }
    try {
      trim();
    } finally {
      trimming.set(false);
    }
    // Those that are young now may have come to stay: nothing else would ask about them if the host
    // is so full that no further connection gets in.
    if (isNeeded() && again.compareAndSet(false, true)) {
      timekeeper.after(
          grace,
          () -> {
            again.set(false);
            trimIfNeeded();
          });
    }
  }

  private boolean isNeeded() {
    return connections.size() > limits.highConnections();
  }

  private record Candidate(HostConnection connection, long worth, boolean idle) {}

  private void trim() {
    Instant youngest = timekeeper.clock().instant().minus(grace);
    int surplus = connections.size() - limits.lowConnections();
    List<Candidate> candidates =
        connections.all().stream()
            .filter(each -> each.isOpen() && !each.openedAt().isAfter(youngest) && !isSpared(each))
            .map(each -> new Candidate(each, tags.worth(each.remotePeer()), isIdle(each)))
            .sorted(
                Comparator.comparingLong(Candidate::worth)
                    .thenComparing(candidate -> !candidate.idle())
                    .thenComparing(
                        candidate -> candidate.connection().openedAt(), Comparator.reverseOrder()))
            .toList();
    candidates.stream()
        .limit(surplus)
        .forEach(each -> each.connection().close(CloseReason.TRIMMED));
  }

  private boolean isSpared(HostConnection connection) {
    return tags.isProtected(connection.remotePeer())
        || access.isAllowed(connection.remotePeer())
        || connection
            .remoteAddress()
            .toSocketAddress()
            .map(InetSocketAddress::getAddress)
            .map(access::isAllowed)
            .orElse(false);
  }

  private static boolean isIdle(HostConnection connection) {
    var stats = connection.stats();
    return stats.inboundStreams() + stats.outboundStreams() == 0;
  }
}
