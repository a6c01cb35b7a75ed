package io.tributary.libp2p;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.limits.PrefixRateLimit;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.metrics.RefusalReason;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The door of a host: who may come in, and how many at once. Thread-safe. */
final class Inbound {

  private final HostParts parts;
  private final PrefixRateLimit rate;
  private final Establisher establisher;
  private final Consumer<HostConnection> onEstablished;
  private final Runnable onFull;
  private final AtomicInteger pending = new AtomicInteger();

  Inbound(
      HostParts parts,
      PrefixRateLimit rate,
      Establisher establisher,
      Consumer<HostConnection> onEstablished,
      Runnable onFull) {
    this.onFull = onFull;
    this.parts = parts;
    this.rate = rate;
    this.establisher = establisher;
    this.onEstablished = onEstablished;
  }

  /** The door for one transport. */
  Acceptor acceptor(String transport) {
    return new Acceptor() {
      @Override
      public boolean admits(InetAddress remote) {
        return Inbound.this.admits(remote);
      }

      @Override
      public void accept(TransportConnection connection) {
        Inbound.this.accept(connection, transport);
      }

      @Override
      public void failed(UpgradeException cause) {
        parts.metrics().upgradeFailed(Direction.INBOUND, cause.step().name(), cause.reason());
      }
    };
  }

  private boolean admits(InetAddress remote) {
    if (parts.access().isDenied(remote)) {
      return refused(RefusalReason.ADDRESS_DENIED);
    }
    if (!parts.access().isAllowed(remote) && !rate.tryAcquire(remote)) {
      return refused(RefusalReason.RATE_LIMITED);
    }
    return pending() < maxPending() || refused(RefusalReason.TOO_MANY_PENDING);
  }

  private int maxPending() {
    return parts.resources().limits().pendingInbound();
  }

  /** Inbound connections whose upgrade is under way, or whose transport secures them. */
  int pending() {
    int secured = 0;
    for (Transport transport : parts.transports()) {
      secured += transport.pendingInbound();
    }
    return pending.get() + secured;
  }

  private boolean refused(RefusalReason reason) {
    parts.metrics().inboundRefused(reason);
    return false;
  }

  private void accept(TransportConnection connection, String transport) {
    if (!parts.resources().acquire(Resource.INBOUND_CONNECTIONS)) {
      refused(RefusalReason.TOO_MANY_CONNECTIONS);
      connection.close();
      onFull.run();
      return;
    }
    // Asked again, since other event loops may have admitted some at the same time.
    if (pending.incrementAndGet() > maxPending()) {
      pending.decrementAndGet();
      parts.resources().release(Resource.INBOUND_CONNECTIONS);
      refused(RefusalReason.TOO_MANY_PENDING);
      connection.close();
      return;
    }
    Promise<HostConnection> promise = connection.eventLoop().newPromise();
    promise.addListener(
        (Future<HostConnection> result) -> {
          pending.decrementAndGet();
          if (result.isSuccess()) {
            onEstablished.accept(result.getNow());
          }
        });
    Optional<PeerId> initiatedWith = parts.expected().from(connection.remoteAddress());
    Role role = initiatedWith.isPresent() ? Role.INITIATOR : Role.RESPONDER;
    establisher.establish(connection, Direction.INBOUND, role, initiatedWith, transport, promise);
  }
}
