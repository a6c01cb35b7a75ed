package io.tributary.libp2p;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * One side of a hole punch: dials all addresses of a peer at once from the ports this host listens
 * on, again and again, until one connection is there or it is cancelled. Where the transport lets
 * only the initiator dial, the other side sends what opens its NAT instead.
 */
final class SimultaneousDial {

  /**
   * How soon after the first failure an address is dialled again; later ones take twice as long.
   */
  static final Duration FIRST_RETRY = Duration.ofMillis(100);

  static final Duration MAX_RETRY = Duration.ofSeconds(1);

  /** Between these two lies the time from one datagram that opens a NAT to the next. */
  static final Duration MIN_POKE = Duration.ofMillis(10);

  static final Duration MAX_POKE = Duration.ofMillis(200);

  private final EventLoop loop;
  private final List<Transport> transports;
  private final Function<DialTarget, Future<HostConnection>> attempt;
  private final PeerId peer;
  private final Role role;
  private final Promise<HostConnection> promise;
  private final Set<Future<HostConnection>> running = new HashSet<>();
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();

  /**
   * A dial of a peer by one of its two roles.
   *
   * @param attempt tries one address
   */
  SimultaneousDial(
      EventLoop loop,
      List<Transport> transports,
      Function<DialTarget, Future<HostConnection>> attempt,
      PeerId peer,
      Role role) {
    this.loop = loop;
    this.transports = transports;
    this.attempt = attempt;
    this.peer = peer;
    this.role = role;
    this.promise = loop.newPromise();
  }

  /** Runs until the first success, or until it is cancelled. To be called once. */
  Future<HostConnection> run(List<Multiaddr> addresses) {
    promise.addListener(done -> stop());
    loop.execute(
        () -> {
          boolean any = false;
          for (Multiaddr address : addresses) {
            Optional<Transport> transport =
                transports.stream().filter(each -> each.canDial(address)).findFirst();
            any |= transport.isPresent();
            transport.ifPresent(each -> start(address, each));
          }
          if (!any) {
            promise.tryFailure(
                new DialException(DialException.Reason.NO_TRANSPORT, addresses.toString()));
          }
        });
    return promise;
  }

  private void start(Multiaddr address, Transport transport) {
    if (role == Role.INITIATOR || transport.dialsAsResponder()) {
      dial(address, FIRST_RETRY);
    } else {
      poke(address, transport);
    }
  }

  private void dial(Multiaddr address, Duration retry) {
    if (promise.isDone()) {
      return;
    }
    Future<HostConnection> dialling =
        attempt.apply(
            new DialTarget(address, Optional.of(peer), role, DialTarget.LocalPort.LISTENING));
    running.add(dialling);
    dialling.addListener(
        (Future<HostConnection> result) -> onLoop(() -> onDialled(address, retry, result)));
  }

  private void onDialled(Multiaddr address, Duration retry, Future<HostConnection> result) {
    running.remove(result);
    if (!result.isSuccess()) {
      Duration twice = retry.multipliedBy(2);
      Duration next = twice.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : twice;
      again(retry, () -> dial(address, next));
    } else if (!promise.trySuccess(result.getNow())) {
      result.getNow().close(CloseReason.DUPLICATE);
    }
  }

  private void poke(Multiaddr address, Transport transport) {
    if (!promise.isDone()) {
      transport.openHole(address);
      long delay = ThreadLocalRandom.current().nextLong(MIN_POKE.toNanos(), MAX_POKE.toNanos());
      again(Duration.ofNanos(delay), () -> poke(address, transport));
    }
  }

  private void again(Duration delay, Runnable action) {
    if (!promise.isDone()) {
      timers.removeIf(ScheduledFuture::isDone);
      timers.add(loop.schedule(action, delay.toNanos(), NANOSECONDS));
    }
  }

  private void stop() {
    onLoop(
        () -> {
          timers.forEach(each -> each.cancel(false));
          timers.clear();
          List.copyOf(running).forEach(each -> each.cancel(false));
        });
  }

  private void onLoop(Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }
}
