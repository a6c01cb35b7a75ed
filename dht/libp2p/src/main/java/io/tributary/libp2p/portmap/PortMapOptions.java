package io.tributary.libp2p.portmap;

import java.util.List;

/**
 * How a host has ports mapped.
 *
 * @param protocols in the order of trying
 * @param times how long it asks for and waits
 * @param routes which gateway to ask
 * @param doors where to ask it
 */
public record PortMapOptions(
    List<MapProtocol> protocols, PortMapTimes times, GatewayRoutes routes, GatewayDoors doors) {

  public PortMapOptions {
    protocols = List.copyOf(protocols);
  }

  /** PCP, then NAT-PMP, then UPnP, of the gateway that the kernel knows. */
  public static PortMapOptions defaults() {
    return new PortMapOptions(
        List.of(MapProtocol.values()),
        PortMapTimes.defaults(),
        ProcRoutes.ofKernel(),
        GatewayDoors.standard());
  }
}
