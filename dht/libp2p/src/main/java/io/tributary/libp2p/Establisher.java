package io.tributary.libp2p;

import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.metrics.RefusalReason;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.StreamMuxer;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportConnection.Muxed;
import io.tributary.libp2p.transport.TransportConnection.Raw;
import io.tributary.libp2p.upgrade.UpgradeException;
import io.tributary.libp2p.upgrade.Upgrader;
import java.util.Optional;

/**
 * The way from a transport's connection to a host's: upgrade, deny list, limits, muxer.
 * Thread-safe.
 *
 * <p>Whoever calls has counted the connection in the host's total; on failure it is uncounted here.
 */
final class Establisher {

  private final HostParts parts;

  Establisher(HostParts parts) {
    this.parts = parts;
  }

  /**
   * Establishes a connection. Must be called on its event loop, before anything is read.
   *
   * @param promise gets the connection; if it has been cancelled by then, the connection is closed
   */
  void establish(
      TransportConnection connection,
      Direction direction,
      Role role,
      Optional<PeerId> expected,
      String transport,
      Promise<HostConnection> promise) {
    if (connection instanceof Raw raw) {
      parts
          .upgrader()
          .upgrade(
              raw.channel(),
              role,
              expected,
              new Upgraded(raw, direction, role, transport, promise));
    } else if (connection instanceof Muxed muxed) {
      ConnectionFacts facts =
          new ConnectionFacts(
              direction,
              transport,
              muxed.security(),
              muxed.muxer(),
              muxed.localAddress(),
              muxed.remoteAddress(),
              muxed.isLimited(),
              muxed.session());
      if (admit(facts, connection, promise)) {
        HostConnection established = new HostConnection(parts, facts, muxed.eventLoop());
        established.start(muxed.start().attach(established));
        hand(established, promise);
      }
    }
  }

  private static Resource resource(Direction direction) {
    return direction == Direction.INBOUND
        ? Resource.INBOUND_CONNECTIONS
        : Resource.OUTBOUND_CONNECTIONS;
  }

  /** Checks who the peer is; false, with all undone, if it is not welcome. */
  private boolean admit(
      ConnectionFacts facts, TransportConnection connection, Promise<HostConnection> promise) {
    PeerId peer = facts.session().remotePeer();
    DialException.Reason refusal;
    Optional<RefusalReason> counted = Optional.empty();
    if (parts.access().isDenied(peer)) {
      refusal = DialException.Reason.DENIED;
      counted = Optional.of(RefusalReason.PEER_DENIED);
    } else if (peer.equals(parts.self())) {
      refusal = DialException.Reason.SELF;
      counted = Optional.of(RefusalReason.OWN_IDENTITY);
    } else if (promise.isCancelled()) {
      refusal = DialException.Reason.STOPPED;
    } else if (!parts.resources().acquire(peer, resource(facts.direction()))) {
      refusal = DialException.Reason.LIMIT_REACHED;
      counted = Optional.of(RefusalReason.TOO_MANY_OF_PEER);
    } else {
      return true;
    }
    parts.resources().release(resource(facts.direction()));
    if (facts.direction() == Direction.INBOUND) {
      counted.ifPresent(parts.metrics()::inboundRefused);
    }
    connection.close();
    promise.tryFailure(new DialException(refusal, "peer " + peer));
    return false;
  }

  private static void hand(HostConnection established, Promise<HostConnection> promise) {
    if (!promise.trySuccess(established)) {
      established.close(CloseReason.DUPLICATE);
    }
  }

  private final class Upgraded implements Upgrader.Callback {
    private final Raw raw;
    private final Direction direction;
    private final Role role;
    private final String transport;
    private final Promise<HostConnection> promise;

    Upgraded(
        Raw raw,
        Direction direction,
        Role role,
        String transport,
        Promise<HostConnection> promise) {
      this.raw = raw;
      this.direction = direction;
      this.role = role;
      this.transport = transport;
      this.promise = promise;
    }

    @Override
    public void onUpgraded(SecureSession session, String security, StreamMuxer muxer) {
      ConnectionFacts facts =
          new ConnectionFacts(
              direction,
              transport,
              security,
              muxer.protocolId(),
              raw.localAddress(),
              raw.remoteAddress(),
              raw.isLimited(),
              session);
      if (admit(facts, raw, promise)) {
        HostConnection established = new HostConnection(parts, facts, raw.eventLoop());
        established.start(muxer.attach(raw.channel(), role, established));
        hand(established, promise);
      }
    }

    @Override
    public void onFailed(UpgradeException cause) {
      parts.resources().release(resource(direction));
      parts.metrics().upgradeFailed(direction, cause.step().name(), cause.reason());
      promise.tryFailure(cause);
    }
  }
}
