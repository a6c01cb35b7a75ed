package io.tributary.libp2p.portmap;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where gateways are asked.
 *
 * @param pcpPort the port of the gateway for PCP and NAT-PMP
 * @param ssdp where a search for UPnP goes besides the gateway itself, such as to all the network
 * @param ssdpPort the port of the gateway for such a search
 */
public record GatewayDoors(int pcpPort, List<InetSocketAddress> ssdp, int ssdpPort) {

  private static final int PCP_PORT = 5351;
  private static final int SSDP_PORT = 1900;

  /** To whom UPnP devices in a network listen. */
  private static final byte[] ALL_DEVICES = {(byte) 239, (byte) 255, (byte) 255, (byte) 250};

  public GatewayDoors {
    ssdp = List.copyOf(ssdp);
  }

  /** As the protocols have it. */
  public static GatewayDoors standard() {
    return new GatewayDoors(
        PCP_PORT, List.of(new InetSocketAddress(Ip4.of(ALL_DEVICES), SSDP_PORT)), SSDP_PORT);
  }
}
