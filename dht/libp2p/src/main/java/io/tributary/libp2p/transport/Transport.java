package io.tributary.libp2p.transport;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.tributary.libp2p.multiformats.Multiaddr;

/** A way to reach peers and to be reached. Thread-safe. */
public interface Transport {

  /** A short name for logs and metrics, such as {@code tcp}. */
  String name();

  /**
   * Whether {@link #dial} understands an address. Names are resolved before; a trailing peer id is
   * taken off.
   */
  boolean canDial(Multiaddr address);

  /** Whether {@link #listen} understands an address. */
  boolean canListen(Multiaddr address);

  /**
   * Connects. Cancelling the future gives up and leaves no socket behind.
   *
   * @return the connection, completed on its event loop; a {@link TransportConnection.Raw} whose
   *     future has been cancelled is closed
   */
  Future<TransportConnection> dial(DialTarget target);

  /**
   * Listens.
   *
   * @param acceptor asked before, and told of, each connection
   * @return the listener; a failure is a {@link ListenException}
   */
  Future<TransportListener> listen(Multiaddr address, Acceptor acceptor);

  /**
   * Whether both sides of a hole punch dial, and one connection comes of it whose roles are agreed
   * on. Where it is false only the initiator dials, and the other side {@linkplain #openHole opens}
   * its NAT.
   */
  default boolean dialsAsResponder() {
    return true;
  }

  /**
   * Sends something to an address from where this host listens, so that a NAT on the way lets in
   * what comes from there.
   *
   * @return failed where nothing of the kind is possible or needed
   */
  default Future<Void> openHole(Multiaddr address) {
    return ImmediateEventExecutor.INSTANCE.newFailedFuture(
        new UnsupportedOperationException(name() + " opens holes by dialling"));
  }

  /** Inbound connections that it secures itself and whose handshake is under way. */
  default int pendingInbound() {
    return 0;
  }
}
