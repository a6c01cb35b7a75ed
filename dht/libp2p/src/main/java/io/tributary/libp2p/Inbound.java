package io.tributary.libp2p;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.limits.PrefixRateLimit;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.metrics.RefusalReason;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.transport.Acceptor;
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
  private final AtomicInteger pending = new AtomicInteger();

  Inbound(
      HostParts parts,
      PrefixRateLimit rate,
      Establisher establisher,
      Consumer<HostConnection> onEstablished) {
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
    if (pending.get() >= parts.resources().limits().pendingInbound()) {
      return refused(RefusalReason.TOO_MANY_PENDING);
    }
    return true;
  }

  private boolean refused(RefusalReason reason) {
    parts.metrics().inboundRefused(reason);
    return false;
  }

  private void accept(TransportConnection connection, String transport) {
    if (!parts.resources().acquire(Resource.INBOUND_CONNECTIONS)) {
      refused(RefusalReason.TOO_MANY_CONNECTIONS);
      connection.close();
      return;
    }
    pending.incrementAndGet();
    Promise<HostConnection> promise = connection.eventLoop().newPromise();
    promise.addListener(
        (Future<HostConnection> result) -> {
          pending.decrementAndGet();
          if (result.isSuccess()) {
            onEstablished.accept(result.getNow());
          }
        });
    establisher.establish(
        connection, Direction.INBOUND, Role.RESPONDER, Optional.empty(), transport, promise);
  }
}
