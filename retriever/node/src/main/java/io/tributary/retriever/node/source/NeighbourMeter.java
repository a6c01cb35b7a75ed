package io.tributary.retriever.node.source;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.ping.PingService;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.Neighbours;
import io.tributary.region.membership.RegionDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures round trips to members of other regions now and then, since only what is measured says
 * which region is near. Thread-safe.
 */
public final class NeighbourMeter implements AutoCloseable {
  /** How often, while nobody answers. */
  public static final Duration WHILE_NONE = Duration.ofSeconds(5);

  /** How often otherwise. */
  public static final Duration WHILE_SOME = Duration.ofMinutes(1);

  /** How many members of each region are measured at a time. */
  public static final int EACH = 3;

  /** A region without members, in whose place none is left out. */
  public static final Region NOWHERE = new Region("nowhere");

  private final Host host;
  private final PingService ping;
  private final RegionDirectory directory;
  private final List<Region> regions;
  private final Neighbours neighbours;
  private final ScheduledExecutorService timers;
  private volatile Optional<ScheduledFuture<?>> next = Optional.empty();
  private volatile boolean isClosed;

  /**
   * Begins at once.
   *
   * @param ping measures; must be answering on the host
   * @param directory knows members of regions
   * @param neighbours told of what was measured
   */
  public NeighbourMeter(
      Host host,
      PingService ping,
      RegionDirectory directory,
      List<Region> regions,
      Neighbours neighbours,
      ScheduledExecutorService timers) {
    this.host = host;
    this.ping = ping;
    this.directory = directory;
    this.regions = List.copyOf(regions);
    this.neighbours = neighbours;
    this.timers = timers;
    if (!regions.isEmpty()) {
      again(Duration.ZERO);
    }
  }

  private void look() {
    for (Region region : regions) {
      directory.find(region, found -> measure(region, found));
    }
    boolean isAnyKnown = !neighbours.nearest(1, NOWHERE).isEmpty();
    again(isAnyKnown ? WHILE_SOME : WHILE_NONE);
  }

  private void measure(Region region, List<Contact> found) {
    found.stream()
        .filter(contact -> !contact.peer().equals(host.peerId()))
        .limit(EACH)
        .forEach(contact -> measure(region, contact));
  }

  private void measure(Region region, Contact member) {
    if (isClosed) {
      return;
    }
    host.connect(member.peer(), member.addresses())
        .addListener(
            (Future<Connection> connected) -> {
              if (connected.isSuccess()) {
                measure(region, member, connected.getNow());
              } else {
                neighbours.forget(member.peer());
              }
            });
  }

  private void measure(Region region, Contact member, Connection connection) {
    ping.ping(connection)
        .addListener(
            (Future<Duration> answered) -> {
              if (answered.isSuccess()) {
                neighbours.measured(member, region, answered.getNow());
              } else {
                neighbours.forget(member.peer());
              }
            });
  }

  private void again(Duration after) {
    if (!isClosed) {
      next = Optional.of(timers.schedule(this::look, after.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  @Override
  public void close() {
    isClosed = true;
    next.ifPresent(timer -> timer.cancel(false));
  }
}
