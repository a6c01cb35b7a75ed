package io.tributary.libp2p.transport;

import io.netty.util.concurrent.Future;
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

  /** Inbound connections that it secures itself and whose handshake is under way. */
  default int pendingInbound() {
    return 0;
  }
}
