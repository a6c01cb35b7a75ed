package io.tributary.libp2p.portmap;

import io.tributary.libp2p.HostLog;
import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a host's ports mapped at the gateway, round by round. Waits for the gateway, so it has a
 * thread to itself; used by one at a time.
 */
final class PortKeeper {

  /** The most ports that are mapped. */
  static final int MAX_PORTS = 8;

  /** After so many failed rounds the gateway is searched anew, as if it were another one. */
  static final int MAX_FAILED_ROUNDS = 3;

  private static final Logger log = LoggerFactory.getLogger(PortKeeper.class);

  /**
   * How a round ended.
   *
   * @param ports what is mapped now
   * @param wanted the ports to which the gateway could lead
   * @param rest how long nothing needs to be done
   */
  record Round(
      Optional<Inet4Address> gateway,
      Optional<MapProtocol> protocol,
      List<MappedPort> ports,
      List<ListenPort> wanted,
      Optional<Reason> failure,
      Duration rest) {}

  /** A mapping, from when on it is renewed and until when it holds. */
  private record Held(MappedPort port, long renewNanos, long endNanos) {
    Held due(long nowNanos) {
      return new Held(port, nowNanos, nowNanos);
    }
  }

  private final PortMapOptions options;
  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private final BooleanSupplier closed;
  private final List<Held> held = new ArrayList<>();
  private Optional<Inet4Address> router = Optional.empty();
  private Optional<Gateway> gateway = Optional.empty();
  private List<ListenPort> wanted = List.of();
  private Optional<Reason> failure = Optional.empty();
  private int failedRounds;

  /**
   * One that holds nothing.
   *
   * @param closed whether to hurry up and do nothing more
   */
  PortKeeper(
      PortMapOptions options, SecureRandom random, LongSupplier nanoTime, BooleanSupplier closed) {
    this.options = options;
    this.random = random;
    this.nanoTime = nanoTime;
    this.closed = closed;
  }

  /** Looks after everything once. */
  Round round(Collection<ListenPort> listening) {
    failure = Optional.empty();
    Optional<Inet4Address> now = options.routes().gateway();
    if (!now.equals(router)) {
      // Another network: what the old gateway holds ends there by itself.
      router = now;
      gateway = Optional.empty();
      held.clear();
    }
    if (router.isPresent()) {
      try {
        if (gateway.isPresent()) {
          check(gateway.get());
          serve(gateway.get(), listening);
        } else {
          search(router.get(), listening);
        }
      } catch (GatewayException e) {
        fail(e);
      }
    }
    held.removeIf(each -> each.endNanos() - nanoTime.getAsLong() <= 0);
    countFailure();
    return new Round(router, gateway.map(Gateway::protocol), ports(), wanted, failure, rest());
  }

  private List<MappedPort> ports() {
    return held.stream().map(Held::port).toList();
  }

  private void fail(GatewayException e) {
    log.debug("the gateway {} fails", router, e);
    failure = Optional.of(e.reason());
  }

  private void countFailure() {
    failedRounds = failure.isEmpty() ? 0 : failedRounds + 1;
    if (failedRounds > 0 && failedRounds % MAX_FAILED_ROUNDS == 0) {
      gateway = Optional.empty();
    }
  }

  // Finding

  /** Takes the first protocol by which anything is mapped. */
  private void search(Inet4Address at, Collection<ListenPort> listening) {
    Reason worst = Reason.NOT_SPOKEN;
    for (MapProtocol each : options.protocols()) {
      if (closed.getAsBoolean()) {
        return;
      }
      failure = Optional.empty();
      try {
        Gateway found = open(each, at);
        serve(found, listening);
        if (failure.isEmpty() || !held.isEmpty()) {
          gateway = Optional.of(found);
          return;
        }
      } catch (GatewayException e) {
        fail(e);
      }
      Reason reason = failure.orElse(worst);
      worst = isMoreTelling(reason, worst) ? reason : worst;
    }
    failure = Optional.of(worst);
  }

  /** A refusal says more than silence, and silence more than that nobody is there. */
  private static boolean isMoreTelling(Reason reason, Reason than) {
    return than == Reason.NOT_SPOKEN || (than == Reason.NO_ANSWER && reason != Reason.NOT_SPOKEN);
  }

  private Gateway open(MapProtocol protocol, Inet4Address at) throws GatewayException {
    InetSocketAddress pcp = new InetSocketAddress(at, options.doors().pcpPort());
    PortMapTimes times = options.times();
    return switch (protocol) {
      case PCP -> PcpGateway.find(pcp, times, random, nanoTime);
      case NAT_PMP -> NatPmpGateway.find(pcp, times, nanoTime);
      case UPNP_IGD -> UpnpGateway.find(at, options.doors(), times, random);
    };
  }

  // Keeping

  /** What the gateway has forgotten is due now. */
  private void check(Gateway known) throws GatewayException {
    if (!held.isEmpty() && !known.holds(ports())) {
      HostLog.mappingsForgotten(router);
      long now = nanoTime.getAsLong();
      held.replaceAll(each -> each.due(now));
    }
  }

  private void serve(Gateway by, Collection<ListenPort> listening) throws GatewayException {
    wanted =
        listening.stream().filter(each -> each.ip().equals(by.self())).limit(MAX_PORTS).toList();
    for (Held each : List.copyOf(held)) {
      if (wanted.stream().noneMatch(port -> port.isBehind(each.port()))) {
        held.remove(each);
        by.unmap(each.port());
      }
    }
    for (ListenPort port : wanted) {
      Optional<Held> has = held.stream().filter(each -> port.isBehind(each.port())).findFirst();
      boolean due = has.isEmpty() || has.get().renewNanos() - nanoTime.getAsLong() <= 0;
      if (due && !closed.getAsBoolean()) {
        map(by, port, has);
      }
    }
  }

  private void map(Gateway by, ListenPort port, Optional<Held> before) throws GatewayException {
    int external = before.map(each -> each.port().externalPort()).orElse(port.port());
    try {
      MappedPort granted =
          by.map(new PortWish(port.kind(), port.port(), external, options.times().lease()));
      before.ifPresent(held::remove);
      held.add(hold(granted));
    } catch (GatewayException e) {
      if (e.reason() == Reason.NO_ANSWER) {
        throw e;
      }
      // The other ports may do.
      fail(e);
    }
  }

  private Held hold(MappedPort granted) {
    long now = nanoTime.getAsLong();
    Duration most = PortMapTimes.MAX_LEASE;
    boolean forEver = granted.lease().isZero();
    Duration lease =
        forEver
            ? options.times().lease()
            : granted.lease().compareTo(most) < 0 ? granted.lease() : most;
    return new Held(
        granted,
        now + lease.dividedBy(2).toNanos(),
        now + (forEver ? Duration.ofDays(365) : lease).toNanos());
  }

  private Duration rest() {
    PortMapTimes times = options.times();
    if (failure.isPresent()) {
      int doublings = Math.min(failedRounds - 1, 16);
      Duration pause = times.retry().multipliedBy(1L << Math.max(0, doublings));
      return pause.compareTo(times.maxRetry()) < 0 ? pause : times.maxRetry();
    }
    long now = nanoTime.getAsLong();
    Duration rest = times.watch();
    for (Held each : held) {
      Duration left = Duration.ofNanos(each.renewNanos() - now);
      rest = left.compareTo(rest) < 0 ? left : rest;
    }
    return rest.compareTo(PortMapTimes.MIN_PAUSE) < 0 ? PortMapTimes.MIN_PAUSE : rest;
  }

  // The end

  /** Gives all ports back, as far as the gateway answers. */
  void withdraw() {
    gateway.ifPresent(
        by -> {
          try {
            for (Held each : held) {
              by.unmap(each.port());
            }
          } catch (GatewayException e) {
            HostLog.portsNotTakenBack(router, e);
          }
        });
    held.clear();
  }
}
