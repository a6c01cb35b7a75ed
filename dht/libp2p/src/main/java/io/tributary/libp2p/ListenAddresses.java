package io.tributary.libp2p;

import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.IpScope;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Turns bound addresses into those by which the host can be reached. */
final class ListenAddresses {

  private ListenAddresses() {}

  /** Replaces addresses of all interfaces by one for each interface that is up. */
  static Set<Multiaddr> expand(Collection<Multiaddr> bound) {
    Set<Multiaddr> expanded = new LinkedHashSet<>();
    for (Multiaddr address : bound) {
      if (address.scope().filter(scope -> scope == IpScope.UNSPECIFIED).isEmpty()) {
        expanded.add(address);
        continue;
      }
      boolean ip4 = address.components().get(0).protocol() == AddressProtocol.IP4;
      for (InetAddress ip : interfaceAddresses()) {
        if (ip instanceof Inet4Address == ip4 && !ip.isLinkLocalAddress()) {
          List<AddressComponent> components = new ArrayList<>(address.components());
          components.set(
              0, AddressComponent.of(ip4 ? AddressProtocol.IP4 : AddressProtocol.IP6, text(ip)));
          expanded.add(Multiaddr.of(components));
        }
      }
    }
    return expanded;
  }

  /** Its digits without the zone, which says nothing to others. */
  private static String text(InetAddress ip) {
    String text = ip.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  private static List<InetAddress> interfaceAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(ListenAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException e) {
      HostLog.interfacesUnknown(e);
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}
