package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a gateway's description says of its services.
 *
 * <pre>{@code
 * <root><device> ... <service>
 *   <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
 *   <controlURL>/ctl/IPConn</controlURL>
 * }</pre>
 */
final class DeviceDescription {

  /** The services that map ports, the best first. */
  private static final List<String> MAPPING =
      List.of(
          "urn:schemas-upnp-org:service:WANIPConnection:2",
          "urn:schemas-upnp-org:service:WANIPConnection:1",
          "urn:schemas-upnp-org:service:WANPPPConnection:1");

  /** The most services that are looked at. */
  static final int MAX_SERVICES = 64;

  /**
   * A service that maps ports.
   *
   * @param type its name with its version
   * @param control where it takes requests
   */
  record Service(String type, URI control) {

    /** Whether the gateway chooses a free port when it is asked to. */
    boolean choosesPorts() {
      return type.endsWith(":2");
    }
  }

  private DeviceDescription() {}

  /**
   * Finds the best service that maps ports.
   *
   * @param at where the description was
   */
  static Service mapping(byte[] document, Inet4Address gateway, URI at) throws GatewayException {
    Reading reading = new Reading();
    StrictXml.read(document, reading);
    URI base = reading.base.isEmpty() ? at : resolve(at, reading.base);
    Found best =
        reading.found.stream()
            .filter(each -> MAPPING.contains(each.type()))
            .min(Comparator.comparingInt(each -> MAPPING.indexOf(each.type())))
            .orElseThrow(
                () -> new GatewayException(Reason.NOT_SPOKEN, "no service that maps ports"));
    URI control = resolve(base, best.control());
    if (!GatewayUri.leadsTo(gateway, control)) {
      throw new GatewayException(Reason.MALFORMED, "its service is elsewhere: " + control);
    }
    return new Service(best.type(), control);
  }

  private static URI resolve(URI base, String reference) throws GatewayException {
    return GatewayUri.parse(reference)
        .map(base::resolve)
        .orElseThrow(() -> new GatewayException(Reason.MALFORMED, "no address: " + reference));
  }

  private record Found(String type, String control) {}

  private static final class Reading implements StrictXml.Listener {
    private final List<Found> found = new ArrayList<>();
    private String base = "";
    private String type = "";
    private String control = "";

    @Override
    public void onEnd(String parent, String name, String text) {
      switch (name) {
        case "URLBase" -> base = text;
        case "serviceType" -> type = text;
        case "controlURL" -> control = text;
        case "service" -> {
          if (found.size() < MAX_SERVICES) {
            found.add(new Found(type, control));
          }
          type = "";
          control = "";
        }
        default -> {
          // Names, icons, and other services.
        }
      }
    }
  }
}
