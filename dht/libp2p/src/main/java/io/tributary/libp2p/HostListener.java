package io.tributary.libp2p;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerInfo;
import java.util.Set;

/** Told of what happens in a host. Called on event loops, so it must not block. */
public interface HostListener {

  /** A connection has been established. */
  default void onConnected(Connection connection) {}

  /** A connection has ended. */
  default void onDisconnected(Connection connection, CloseReason reason) {}

  /** A peer has said, or changed, what it is and speaks. */
  default void onIdentified(Connection connection, PeerInfo info) {}

  /** The host listens at an address. */
  default void onListening(Multiaddr address) {}

  /** The addresses under which the host can be reached have changed. */
  default void onAddressesChanged(Set<Multiaddr> addresses) {}

  /** The set of protocols that the host answers has changed. */
  default void onProtocolsChanged(Set<String> protocols) {}
}
