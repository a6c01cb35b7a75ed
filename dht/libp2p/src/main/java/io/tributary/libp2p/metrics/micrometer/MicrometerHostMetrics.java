package io.tributary.libp2p.metrics.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identify.IdentifyRejection;
import io.tributary.libp2p.limits.PrefixRateLimit;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.ScopeKind;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.metrics.HostUsage;
import io.tributary.libp2p.metrics.RefusalReason;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.stream.ResetReason;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A host's counts as Micrometer meters, by the names in this package's description. One for each
 * host: it is given to the builder, and {@linkplain #watch told} of the host when that is built.
 * Thread-safe.
 */
public final class MicrometerHostMetrics implements HostMetrics {

  private static final String PREFIX = "libp2p.";

  private final MeterRegistry registry;
  private final Tags common;

  /**
   * Meters in a registry.
   *
   * @param common tags of all of them, such as the name of the host where one process has several
   */
  public MicrometerHostMetrics(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
  }

  /** Meters in a registry, without tags of their own. */
  public MicrometerHostMetrics(MeterRegistry registry) {
    this(registry, Tags.empty());
  }

  /** Adds the gauges of what a host uses and may use. */
  public void watch(Host host) {
    ResourceLimits limits = host.resources().limits();
    for (Resource resource : Resource.values()) {
      Tags tags = common.and("resource", resource.name());
      gauge("resources.used", tags, host, each -> each.resources().used(resource));
      gauge("resources.max", tags, host, each -> limits.total().of(resource));
    }
    bounded("pending.inbound", host, HostUsage::pendingInbound, limits.pendingInbound());
    bounded("pending.dials", host, HostUsage::pendingDials, limits.pendingDials());
    bounded(
        "rate.limit.prefixes", host, HostUsage::rateLimitedPrefixes, PrefixRateLimit.MAX_PREFIXES);
    bounded("peers.known", host, HostUsage::knownPeers, host.addressBook().maxPeers());
    usage("peers.tagged.used", host, HostUsage::taggedPeers);
    usage("addresses.watched.used", host, HostUsage::watchedAddresses);
    usage("memory.held.used", host, usage -> usage.memory().heldBytes());
    usage("memory.held.max", host, usage -> usage.memory().maxHeldBytes());
    usage("memory.windows.used", host, usage -> usage.memory().grownBytes());
    usage("memory.windows.max", host, usage -> usage.memory().maxGrownBytes());
    usage("memory.queued.used", host, usage -> usage.memory().queuedBytes());
    usage("memory.queued.max", host, usage -> usage.memory().maxQueuedBytes());
  }

  private void bounded(String name, Host host, ToDoubleFunction<HostUsage> used, int max) {
    usage(name + ".used", host, used);
    gauge(name + ".max", common, host, each -> max);
  }

  private void usage(String name, Host host, ToDoubleFunction<HostUsage> used) {
    gauge(name, common, host, each -> used.applyAsDouble(each.usage()));
  }

  private void gauge(String name, Tags tags, Host host, ToDoubleFunction<Host> value) {
    Gauge.builder(PREFIX + name, host, value).tags(tags).register(registry);
  }

  private void count(String name, String... tags) {
    Counter.builder(PREFIX + name).tags(common.and(tags)).register(registry).increment();
  }

  @Override
  public void connectionOpened(Connection connection) {
    count(
        "connections.opened",
        "direction",
        connection.direction().name(),
        "transport",
        connection.transport(),
        "security",
        connection.security());
  }

  @Override
  public void connectionClosed(Connection connection, CloseReason reason) {
    count("connections.closed", "reason", reason.name());
  }

  @Override
  public void inboundRefused(RefusalReason reason) {
    count("connections.refused", "reason", reason.name());
  }

  @Override
  public void upgradeFailed(Direction direction, String step, String reason) {
    count("upgrades.failed", "direction", direction.name(), "step", step, "reason", reason);
  }

  @Override
  public void dialFailed(String reason) {
    count("dials.failed", "reason", reason);
  }

  @Override
  public void streamOpened(Direction direction, String protocol) {
    count("streams.opened", "direction", direction.name(), "protocol", protocol);
  }

  @Override
  public void streamRefused(Direction direction, ResetReason reason) {
    count("streams.refused", "direction", direction.name(), "reason", reason.name());
  }

  @Override
  public void streamEnded(Direction direction, String protocol, Optional<ResetReason> reason) {
    count(
        "streams.ended",
        "direction",
        direction.name(),
        "protocol",
        protocol,
        "reason",
        reason.map(Enum::name).orElse("CLOSED"));
  }

  @Override
  public void identifyRejected(IdentifyRejection reason) {
    count("identify.rejected", "reason", reason.name());
  }

  @Override
  public void limitReached(ScopeKind scope, Resource resource) {
    count("limits.reached", "scope", scope.name(), "resource", resource.name());
  }
}
