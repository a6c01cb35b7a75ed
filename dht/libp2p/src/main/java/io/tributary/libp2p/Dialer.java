package io.tributary.libp2p;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.dial.AddressRanking;
import io.tributary.libp2p.dial.DialBackoff;
import io.tributary.libp2p.dial.DialRace;
import io.tributary.libp2p.dial.NameResolver;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.DialTarget.LocalPort;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes outbound connections; who asks for a peer that is being dialled joins in. Thread-safe.
 *
 * <p>An address that failed is left alone for a while, unless the caller names it.
 */
final class Dialer {

  /** The most addresses tried for one connection. */
  static final int MAX_ADDRESSES = 16;

  /** Who waits for one peer, and the word that none does any more. */
  private static final class Waiting {
    final List<Promise<Connection>> callers = new ArrayList<>();
    final Promise<Void> nobodyWants;

    Waiting(Promise<Void> nobodyWants) {
      this.nobodyWants = nobodyWants;
    }
  }

  private final HostParts parts;
  private final NameResolver resolver;
  private final Establisher establisher;
  private final Consumer<HostConnection> onEstablished;
  private final Map<PeerId, Waiting> underWay = new HashMap<>();
  private int toAnyone;
  private final DialBackoff backoff;
  private boolean stopped;

  Dialer(
      HostParts parts,
      NameResolver resolver,
      Establisher establisher,
      Consumer<HostConnection> onEstablished) {
    this.parts = parts;
    this.resolver = resolver;
    this.establisher = establisher;
    this.onEstablished = onEstablished;
    this.backoff = new DialBackoff(parts.clock());
  }

  /**
   * Connects to a peer at one of several addresses.
   *
   * @param given addresses to be tried in any case
   * @param known addresses to be tried unless they have just failed
   */
  Future<Connection> dial(PeerId peer, Collection<Multiaddr> given, Collection<Multiaddr> known) {
    EventLoop loop = parts.io().group().next();
    Promise<Connection> promise = loop.newPromise();
    Optional<DialException.Reason> refusal = refusal(peer);
    if (refusal.isPresent()) {
      return fail(promise, new DialException(refusal.get(), "peer " + peer));
    }
    boolean first;
    Waiting waiting;
    synchronized (underWay) {
      waiting = underWay.get(peer);
      first = waiting == null;
      if (waiting == null) {
        if (pending() >= parts.resources().limits().pendingDials()) {
          return fail(promise, tooMany());
        }
        waiting = new Waiting(loop.newPromise());
        underWay.put(peer, waiting);
      }
      waiting.callers.add(promise);
    }
    Waiting joined = waiting;
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            giveUp(peer, joined, promise);
          }
        });
    if (first) {
      Future<HostConnection> running = run(loop, Optional.of(peer), given, known);
      running.addListener((Future<HostConnection> result) -> finish(peer, joined, result));
      joined.nobodyWants.addListener(ignored -> running.cancel(false));
    }
    return promise;
  }

  /** A caller waits no longer; without any the dial ends. */
  private void giveUp(PeerId peer, Waiting waiting, Promise<Connection> caller) {
    boolean last;
    synchronized (underWay) {
      last = waiting.callers.remove(caller) && waiting.callers.isEmpty();
      if (last) {
        // Whoever comes now must not join a dial that is about to be cancelled.
        underWay.remove(peer, waiting);
      }
    }
    if (last) {
      waiting.nobodyWants.trySuccess(null);
    }
  }

  /** Connects to whoever answers at one address. */
  Future<Connection> dialAnyone(Multiaddr address) {
    EventLoop loop = parts.io().group().next();
    Promise<Connection> promise = loop.newPromise();
    synchronized (underWay) {
      if (stopped) {
        return fail(promise, new DialException(DialException.Reason.STOPPED, address.toString()));
      }
      if (pending() >= parts.resources().limits().pendingDials()) {
        return fail(promise, tooMany());
      }
      toAnyone++;
    }
    Future<HostConnection> running = run(loop, Optional.empty(), List.of(address), List.of());
    running.addListener(
        (Future<HostConnection> result) -> {
          synchronized (underWay) {
            toAnyone--;
          }
          tell(promise, result);
        });
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            running.cancel(false);
          }
        });
    return promise;
  }

  /** Makes one more connection to a peer, at one address and from a port that nothing else uses. */
  Future<Connection> dialOnly(PeerId peer, Multiaddr address) {
    EventLoop loop = parts.io().group().next();
    Promise<Connection> promise = loop.newPromise();
    Optional<DialException.Reason> refusal = refusal(peer);
    if (refusal.isPresent()) {
      return fail(promise, new DialException(refusal.get(), "peer " + peer));
    }
    synchronized (underWay) {
      if (pending() >= parts.resources().limits().pendingDials()) {
        return fail(promise, tooMany());
      }
      toAnyone++;
    }
    Future<HostConnection> running =
        attempt(DialTarget.of(address.withoutPeerId(), Optional.of(peer)).from(LocalPort.FRESH));
    ScheduledFuture<?> timeout =
        loop.schedule(() -> running.cancel(false), parts.times().dial().toNanos(), NANOSECONDS);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            running.cancel(false);
          }
        });
    running.addListener(
        (Future<HostConnection> result) -> {
          timeout.cancel(false);
          synchronized (underWay) {
            toAnyone--;
          }
          if (result.isSuccess()) {
            onEstablished.accept(result.getNow());
          }
          tell(promise, result);
        });
    return promise;
  }

  /**
   * Dials a peer that dials this host at the same moment, until there is one connection or the
   * future is cancelled.
   *
   * @param role the part that the two have agreed on
   */
  Future<Connection> punch(PeerId peer, List<Multiaddr> addresses, Role role) {
    EventLoop loop = parts.io().group().next();
    Promise<Connection> promise = loop.newPromise();
    Optional<DialException.Reason> refusal = refusal(peer);
    if (refusal.isPresent()) {
      return fail(promise, new DialException(refusal.get(), "peer " + peer));
    }
    synchronized (underWay) {
      if (pending() >= parts.resources().limits().pendingDials()) {
        return fail(promise, tooMany());
      }
      toAnyone++;
    }
    Runnable unexpect =
        role == Role.INITIATOR ? parts.expected().expect(peer, addresses) : () -> {};
    Future<HostConnection> running =
        new SimultaneousDial(loop, parts.transports(), this::attempt, peer, role).run(addresses);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            running.cancel(false);
          }
        });
    running.addListener(
        (Future<HostConnection> result) -> {
          unexpect.run();
          synchronized (underWay) {
            toAnyone--;
          }
          if (result.isSuccess()) {
            onEstablished.accept(result.getNow());
          }
          tell(promise, result);
        });
    return promise;
  }

  private static DialException tooMany() {
    return new DialException(DialException.Reason.LIMIT_REACHED, "pendingDials");
  }

  /** Peers and addresses being dialled. */
  int pending() {
    synchronized (underWay) {
      return underWay.size() + toAnyone;
    }
  }

  private Future<Connection> fail(Promise<Connection> promise, DialException cause) {
    parts.metrics().dialFailed(cause.reason().name());
    promise.tryFailure(cause);
    return promise;
  }

  private Optional<DialException.Reason> refusal(PeerId peer) {
    synchronized (underWay) {
      if (stopped) {
        return Optional.of(DialException.Reason.STOPPED);
      }
    }
    if (peer.equals(parts.self())) {
      return Optional.of(DialException.Reason.SELF);
    }
    return parts.access().isDenied(peer)
        ? Optional.of(DialException.Reason.DENIED)
        : Optional.empty();
  }

  private void finish(PeerId peer, Waiting waiting, Future<HostConnection> result) {
    List<Promise<Connection>> callers;
    synchronized (underWay) {
      underWay.remove(peer, waiting);
      callers = List.copyOf(waiting.callers);
    }
    for (Promise<Connection> each : callers) {
      tell(each, result);
    }
  }

  private static void tell(Promise<Connection> promise, Future<HostConnection> result) {
    if (result.isSuccess()) {
      promise.trySuccess(result.getNow());
    } else {
      promise.tryFailure(result.cause());
    }
  }

  /** Resolves, ranks and races; the future fails with {@link DialException} only. */
  private Future<HostConnection> run(
      EventLoop loop,
      Optional<PeerId> peer,
      Collection<Multiaddr> given,
      Collection<Multiaddr> known) {
    Promise<HostConnection> promise = loop.newPromise();
    promise.addListener(
        result -> {
          if (result.cause() instanceof DialException failure) {
            parts.metrics().dialFailed(failure.reason().name());
          }
        });
    resolve(loop, given)
        .addListener(
            (Future<List<Multiaddr>> resolvedGiven) ->
                resolve(loop, known)
                    .addListener(
                        (Future<List<Multiaddr>> resolvedKnown) ->
                            start(
                                loop,
                                peer,
                                resolvedGiven.getNow(),
                                resolvedKnown.getNow(),
                                promise)));
    return promise;
  }

  private void start(
      EventLoop loop,
      Optional<PeerId> peer,
      List<Multiaddr> given,
      List<Multiaddr> known,
      Promise<HostConnection> promise) {
    List<Multiaddr> wanted = new ArrayList<>(given);
    for (Multiaddr each : known) {
      if (peer.isEmpty() || !backoff.isHeldOff(peer.get(), each)) {
        wanted.add(each);
      }
    }
    List<Multiaddr> ranked = AddressRanking.rank(wanted, parts.transports(), MAX_ADDRESSES);
    if (!ranked.isEmpty()) {
      race(loop, peer, ranked, promise);
      return;
    }
    DialException.Reason reason =
        !wanted.isEmpty()
            ? DialException.Reason.NO_TRANSPORT
            : known.isEmpty() ? DialException.Reason.NO_ADDRESS : DialException.Reason.BACKING_OFF;
    promise.tryFailure(new DialException(reason, "of " + given + " and " + known));
  }

  private void race(
      EventLoop loop,
      Optional<PeerId> peer,
      List<Multiaddr> ranked,
      Promise<HostConnection> promise) {
    Future<HostConnection> race =
        new DialRace<>(
                loop,
                ranked,
                address -> noted(peer, address, attempt(DialTarget.of(address, peer))),
                late -> late.close(CloseReason.DUPLICATE),
                parts.times().dialHeadStart())
            .run();
    ScheduledFuture<?> timeout =
        loop.schedule(
            () -> {
              if (promise.tryFailure(
                  new DialException(
                      DialException.Reason.TIMEOUT, "after " + parts.times().dial()))) {
                race.cancel(false);
              }
            },
            parts.times().dial().toNanos(),
            NANOSECONDS);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            race.cancel(false);
          }
        });
    race.addListener(
        (Future<HostConnection> result) -> {
          timeout.cancel(false);
          if (!result.isSuccess()) {
            promise.tryFailure(new DialException(DialException.Reason.ALL_FAILED, result.cause()));
          } else {
            HostConnection connection = result.getNow();
            onEstablished.accept(connection);
            promise.trySuccess(connection);
          }
        });
  }

  /** Has the outcome of an attempt count for the next one. */
  private Future<HostConnection> noted(
      Optional<PeerId> peer, Multiaddr address, Future<HostConnection> attempt) {
    attempt.addListener(
        (Future<HostConnection> result) -> {
          // A refusal by this host's own limits says nothing of the address.
          boolean own = result.isCancelled() || result.cause() instanceof DialException;
          if (result.isSuccess()) {
            peer.ifPresent(id -> backoff.succeeded(id, address));
          } else if (!own) {
            peer.ifPresent(id -> backoff.failed(id, address));
          }
        });
    return attempt;
  }

  private Future<List<Multiaddr>> resolve(EventLoop loop, Collection<Multiaddr> addresses) {
    Promise<List<Multiaddr>> promise = loop.newPromise();
    loop.execute(
        () -> {
          List<Multiaddr> resolved = new ArrayList<>();
          int[] unfinished = {1};
          Runnable done =
              () -> {
                unfinished[0]--;
                if (unfinished[0] == 0) {
                  promise.trySuccess(resolved);
                }
              };
          for (Multiaddr address : addresses) {
            if (!address.isName()) {
              resolved.add(address.withoutPeerId());
              continue;
            }
            unfinished[0]++;
            Promise<List<Multiaddr>> one = loop.newPromise();
            one.addListener(
                (Future<List<Multiaddr>> result) -> {
                  if (result.isSuccess()) {
                    result.getNow().forEach(each -> resolved.add(each.withoutPeerId()));
                  }
                  done.run();
                });
            PromiseNotifier.cascade(false, resolver.resolve(address), one);
          }
          done.run();
        });
    return promise;
  }

  /** Tries one address. */
  Future<HostConnection> attempt(DialTarget target) {
    EventLoop loop = parts.io().group().next();
    Promise<HostConnection> promise = loop.newPromise();
    attempt(target, promise);
    return promise;
  }

  private void attempt(DialTarget target, Promise<HostConnection> promise) {
    Optional<Transport> transport =
        parts.transports().stream().filter(each -> each.canDial(target.address())).findFirst();
    if (transport.isEmpty()) {
      promise.tryFailure(
          new DialException(DialException.Reason.NO_TRANSPORT, target.address().toString()));
      return;
    }
    if (!parts.resources().acquire(Resource.OUTBOUND_CONNECTIONS)) {
      promise.tryFailure(
          new DialException(DialException.Reason.LIMIT_REACHED, "outbound connections"));
      return;
    }
    Future<TransportConnection> connecting = transport.get().dial(target);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            connecting.cancel(false);
          }
        });
    connecting.addListener(
        (Future<TransportConnection> result) -> {
          if (result.isSuccess()) {
            establish(result.getNow(), target, transport.get(), promise);
          } else {
            parts.resources().release(Resource.OUTBOUND_CONNECTIONS);
            if (result.cause() instanceof UpgradeException failure) {
              parts
                  .metrics()
                  .upgradeFailed(Direction.OUTBOUND, failure.step().name(), failure.reason());
            }
            promise.tryFailure(result.cause());
          }
        });
  }

  private void establish(
      TransportConnection connection,
      DialTarget target,
      Transport transport,
      Promise<HostConnection> promise) {
    Promise<HostConnection> established = connection.eventLoop().newPromise();
    promise.addListener(
        result -> {
          if (result.isCancelled() && established.cancel(false)) {
            connection.close();
          }
        });
    established.addListener(
        (Future<HostConnection> result) -> {
          if (result.isSuccess()) {
            if (!promise.trySuccess(result.getNow())) {
              result.getNow().close(CloseReason.DUPLICATE);
            }
          } else if (mayHaveMet(connection, target, result.cause()) && !promise.isDone()) {
            attempt(target.from(LocalPort.FRESH), promise);
          } else {
            promise.tryFailure(result.cause());
          }
        });
    establisher.establish(
        connection,
        Direction.OUTBOUND,
        target.role(),
        target.peer(),
        transport.name(),
        established);
  }

  /**
   * Whether a failure may come of both sides dialling at once from the ports they listen on: TCP
   * then makes one connection of the two, on which both are initiators.
   */
  private static boolean mayHaveMet(
      TransportConnection connection, DialTarget target, Throwable cause) {
    return target.localPort() == LocalPort.LISTENING_IF_POSSIBLE
        && connection instanceof TransportConnection.Raw raw
        && raw.isFromListenPort()
        && cause instanceof UpgradeException failure
        && failure.step() != UpgradeException.Step.MUXER_NEGOTIATION
        && !failure.reason().equals(SecureChannelException.Reason.PEER_ID_MISMATCH.name());
  }

  /** Refuses all further dials. */
  void stop() {
    synchronized (underWay) {
      stopped = true;
    }
  }
}
