package io.tributary.libp2p.portmap;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How it stands with a host's mapped ports.
 *
 * @param verdict all in one word
 * @param protocol by which the gateway is spoken to, if it is
 * @param ports what it has granted
 * @param addresses where the host might be reached by them; that it is, others have to confirm
 * @param failure what failed last, if it was not made good since
 */
public record PortMapStatus(
    PortMapVerdict verdict,
    Optional<MapProtocol> protocol,
    List<MappedPort> ports,
    Set<Multiaddr> addresses,
    Optional<GatewayException.Reason> failure) {

  public PortMapStatus {
    ports = List.copyOf(ports);
    addresses = Set.copyOf(addresses);
  }
}
