package io.tributary.libp2p.hostile;

import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.identify.IdentifyRejection;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ScopeKind;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.metrics.RefusalReason;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.stream.ResetReason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Counts by name what a host reports. */
public final class CountingMetrics implements HostMetrics {
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  private void count(Object... words) {
    StringBuilder name = new StringBuilder();
    for (Object word : words) {
      name.append(name.length() == 0 ? "" : " ").append(word);
    }
    counts.merge(name.toString(), 1, Integer::sum);
  }

  /** How often something was reported. */
  public int count(String name) {
    return counts.getOrDefault(name, 0);
  }

  /** All counts. */
  public Map<String, Integer> all() {
    return Map.copyOf(counts);
  }

  @Override
  public void connectionOpened(Connection connection) {
    count("opened", connection.direction());
  }

  @Override
  public void connectionClosed(Connection connection, CloseReason reason) {
    count("closed", reason);
  }

  @Override
  public void inboundRefused(RefusalReason reason) {
    count("refused", reason);
  }

  @Override
  public void upgradeFailed(Direction direction, String step, String reason) {
    count("upgrade", direction, step, reason);
  }

  @Override
  public void dialFailed(String reason) {
    count("dial", reason);
  }

  @Override
  public void streamOpened(Direction direction, String protocol) {
    count("stream", direction, protocol);
  }

  @Override
  public void streamRefused(Direction direction, ResetReason reason) {
    count("streamRefused", direction, reason);
  }

  @Override
  public void streamEnded(Direction direction, String protocol, Optional<ResetReason> reason) {
    count("streamEnded", protocol, reason.map(Enum::name).orElse("-"));
  }

  @Override
  public void identifyRejected(IdentifyRejection reason) {
    count("identify", reason);
  }

  @Override
  public void limitReached(ScopeKind scope, Resource resource) {
    count("limit", scope, resource);
  }
}
