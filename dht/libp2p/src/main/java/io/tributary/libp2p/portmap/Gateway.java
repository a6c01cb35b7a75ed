package io.tributary.libp2p.portmap;

import java.net.InetAddress;
import java.util.List;

/**
 * A router that maps ports, as one protocol shows it. All methods wait for it, each no longer than
 * {@link PortMapTimes} allows. Used by one thread at a time.
 */
interface Gateway {

  /** By which protocol. */
  MapProtocol protocol();

  /** The address of this host to which mapped ports lead. */
  InetAddress self();

  /** Maps a port, or renews the mapping that there is. */
  MappedPort map(PortWish wish) throws GatewayException;

  /** Takes a mapping back. */
  void unmap(MappedPort port) throws GatewayException;

  /** Whether the gateway still knows the mappings, as far as it can be asked. */
  boolean holds(List<MappedPort> ports) throws GatewayException;
}
