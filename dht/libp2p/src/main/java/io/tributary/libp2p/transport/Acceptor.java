package io.tributary.libp2p.transport;

import io.tributary.libp2p.upgrade.UpgradeException;
import java.net.InetAddress;

/** Who takes the connections that a listener receives. */
public interface Acceptor {

  /**
   * Whether a connection from an address is wanted at all; asked before any byte is read or any
   * handshake begun. May be called on any event loop.
   */
  boolean admits(InetAddress remote);

  /** Takes a connection. Called on the connection's event loop, before anything is read. */
  void accept(TransportConnection connection);

  /**
   * Hears that a connection which was admitted failed before it could be accepted, as happens in
   * transports with a handshake of their own. Called on its event loop.
   */
  default void failed(UpgradeException cause) {}
}
