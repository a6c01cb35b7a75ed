package io.tributary.libp2p.portmap;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.portmap.GatewayException.Reason;
import io.tributary.libp2p.time.Timekeeper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ports at which a host listens mapped at the gateway of its network: finds the gateway,
 * asks for the ports, renews them at half of their time, asks again when the gateway has forgotten
 * them or is another one, and gives them back in the end. Thread-safe; the gateway is waited for by
 * a thread of its own.
 *
 * <p>That a port is mapped proves nothing: what comes of it are addresses that others have to
 * confirm, and a {@link PortMapVerdict} on what the gateway says of itself.
 */
public final class PortMapping {

  private static final int IDLE_SECONDS = 10;

  /** A round at a time waits or runs, and the end. */
  private static final int MAX_JOBS = 4;

  private final MappedHost host;
  private final PortMapOptions options;
  private final PublicNetworks networks;
  private final Timekeeper time;
  private final Executor worker;
  private final PortKeeper keeper;
  private final Promise<Void> ended = ImmediateEventExecutor.INSTANCE.newPromise();
  private volatile Optional<PortKeeper.Round> last = Optional.empty();
  private volatile boolean closed;
  private Set<Multiaddr> told = Set.of();
  private boolean working;
  private boolean again;
  private Timekeeper.@Nullable Timer timer;

  /**
   * One that is off.
   *
   * @param networks which addresses count as public
   * @param time for the pauses
   * @param worker waits for the gateway, in one thread; what it runs may block for a minute
   * @param random makes nonces, and chooses ports
   */
  public PortMapping(
      MappedHost host,
      PortMapOptions options,
      PublicNetworks networks,
      Timekeeper time,
      Executor worker,
      SecureRandom random) {
    this.host = host;
    this.options = options;
    this.networks = networks;
    this.time = time;
    this.worker = worker;
    this.keeper = new PortKeeper(options, random, time::nanoTime, () -> closed);
  }

  /** One that is off, with a thread that is there only while there is something to wait for. */
  public static PortMapping of(
      MappedHost host, PortMapOptions options, PublicNetworks networks, Timekeeper time) {
    Executor worker =
        new ThreadPoolExecutor(
            0,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_JOBS),
            new DefaultThreadFactory("libp2p-portmap", true));
    return new PortMapping(host, options, networks, time, worker, new SecureRandom());
  }

  /** Begins; or, as the host listens otherwise, begins a round at once. */
  public void refresh() {
    time.execute(this::begin);
  }

  private void begin() {
    if (closed) {
      return;
    }
    if (working) {
      again = true;
      return;
    }
    working = true;
    if (timer != null) {
      timer.cancel();
    }
    List<ListenPort> listening =
        host.listenAddresses().stream().flatMap(each -> ListenPort.of(each).stream()).toList();
    worker.execute(
        () -> {
          PortKeeper.Round round = keeper.round(listening);
          onLoop(() -> finish(round));
        });
  }

  private void finish(PortKeeper.Round round) {
    working = false;
    if (closed) {
      return;
    }
    last = Optional.of(round);
    Set<Multiaddr> now = addresses(round);
    if (!now.equals(told)) {
      told = now;
      host.onMapped(now);
    }
    if (again) {
      again = false;
      begin();
    } else {
      timer = time.after(round.rest(), this::begin);
    }
  }

  private void onLoop(Runnable task) {
    try {
      time.execute(task);
    } catch (RejectedExecutionException e) {
      // The host's loops have ended, and with them the host.
      closed = true;
    }
  }

  /** Where the host might be reached: nowhere if the gateway's own address is not public. */
  private Set<Multiaddr> addresses(PortKeeper.Round round) {
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    for (MappedPort mapped : round.ports()) {
      round.wanted().stream()
          .filter(port -> port.isBehind(mapped))
          .map(port -> port.outside(mapped))
          .filter(networks::contains)
          .forEach(addresses::add);
    }
    return addresses;
  }

  /** How it stands. */
  public PortMapStatus status() {
    Optional<PortKeeper.Round> round = last;
    return new PortMapStatus(
        closed ? PortMapVerdict.CLOSED : round.map(this::verdict).orElse(PortMapVerdict.SEARCHING),
        round.flatMap(PortKeeper.Round::protocol),
        closed ? List.of() : round.map(PortKeeper.Round::ports).orElse(List.of()),
        closed ? Set.of() : round.map(this::addresses).orElse(Set.of()),
        round.flatMap(PortKeeper.Round::failure));
  }

  private PortMapVerdict verdict(PortKeeper.Round round) {
    if (round.gateway().isEmpty()) {
      return PortMapVerdict.NO_GATEWAY;
    }
    if (round.ports().isEmpty()) {
      return round.failure().map(PortMapping::verdict).orElse(PortMapVerdict.NOTHING_TO_MAP);
    }
    InetAddress outside = round.ports().get(0).externalAddress();
    if (outside.isAnyLocalAddress()) {
      return PortMapVerdict.NO_EXTERNAL_ADDRESS;
    }
    Set<Multiaddr> addresses = addresses(round);
    if (addresses.isEmpty()) {
      return IpScope.of(outside.getAddress()) == IpScope.SHARED
          ? PortMapVerdict.CARRIER_NAT
          : PortMapVerdict.DOUBLE_NAT;
    }
    return isSeenElsewhere(outside) ? PortMapVerdict.OTHER_ADDRESS : PortMapVerdict.MAPPED;
  }

  private static PortMapVerdict verdict(Reason failure) {
    return switch (failure) {
      case NO_ANSWER, NOT_SPOKEN, MALFORMED, NOT_KEPT -> PortMapVerdict.NO_ANSWER;
      case REFUSED, TAKEN, FULL -> PortMapVerdict.REFUSED;
      case NO_EXTERNAL_ADDRESS -> PortMapVerdict.NO_EXTERNAL_ADDRESS;
      case BEHIND_ANOTHER_NAT -> PortMapVerdict.DOUBLE_NAT;
    };
  }

  private boolean isSeenElsewhere(InetAddress outside) {
    List<InetAddress> seen =
        host.observedAddresses().stream()
            .filter(networks::contains)
            .flatMap(each -> each.toSocketAddress().stream())
            .map(InetSocketAddress::getAddress)
            .filter(each -> each.getAddress().length == outside.getAddress().length)
            .toList();
    return !seen.isEmpty() && !seen.contains(outside);
  }

  /**
   * Gives the ports back. The future completes when that is done, or when the gateway has had time
   * enough for it.
   */
  public Future<Void> close() {
    time.execute(this::end);
    return ended;
  }

  private void end() {
    if (closed) {
      return;
    }
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
    Timekeeper.Timer deadline = time.after(options.times().closing(), () -> ended.trySuccess(null));
    worker.execute(
        () -> {
          keeper.withdraw();
          deadline.cancel();
          ended.trySuccess(null);
        });
  }
}
