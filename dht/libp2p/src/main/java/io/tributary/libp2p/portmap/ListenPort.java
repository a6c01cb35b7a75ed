package io.tributary.libp2p.portmap;

import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A port at which a host listens by IPv4.
 *
 * @param address all of the address
 * @param ip its IP address
 */
record ListenPort(Multiaddr address, PortKind kind, Inet4Address ip, int port) {

  /** The port of an address, if it has one of IPv4. */
  static Optional<ListenPort> of(Multiaddr address) {
    if (address.isRelayed()) {
      return Optional.empty();
    }
    return address
        .toSocketAddress()
        .filter(socket -> socket.getAddress() instanceof Inet4Address && socket.getPort() > 0)
        .map(
            socket ->
                new ListenPort(
                    address,
                    address.components().get(1).protocol() == AddressProtocol.TCP
                        ? PortKind.TCP
                        : PortKind.UDP,
                    (Inet4Address) socket.getAddress(),
                    socket.getPort()));
  }

  /** Whether a mapped port leads here. */
  boolean isBehind(MappedPort mapped) {
    return mapped.kind() == kind && mapped.internalPort() == port;
  }

  /** The address by which somebody outside might reach it. */
  Multiaddr outside(MappedPort mapped) {
    List<AddressComponent> components = new ArrayList<>(address.components());
    components.set(
        0, AddressComponent.of(AddressProtocol.IP4, mapped.externalAddress().getHostAddress()));
    components.set(
        1,
        AddressComponent.of(components.get(1).protocol(), Integer.toString(mapped.externalPort())));
    return Multiaddr.of(components);
  }
}
