package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway that speaks UPnP, Internet Gateway Device 1 or 2.
 *
 * @see <a href="https://openconnectivity.org/upnp-specs/UPnP-gw-WANIPConnection-v2-Service.pdf">
 *     WANIPConnection 2</a>
 */
final class UpnpGateway implements Gateway {

  /** How many ports are tried when one is taken. */
  static final int MAX_PORTS_TRIED = 4;

  private static final String DESCRIPTION = "libp2p";
  private static final int MIN_FREE_PORT = 1024;
  private static final int INVALID_ACTION = 401;
  private static final int INVALID_ARGUMENTS = 402;
  private static final int OPTIONAL_ACTION = 602;
  private static final int NO_SUCH_ENTRY = 714;
  private static final int CONFLICT = 718;
  private static final int SAME_PORT_REQUIRED = 724;
  private static final int ONLY_PERMANENT = 725;
  private static final int NO_PORT_LEFT = 728;
  private static final int CONFLICT_WITH_OTHERS = 729;

  private final Inet4Address gateway;
  private final InetAddress self;
  private final DeviceDescription.Service service;
  private final PortMapTimes times;
  private final SecureRandom random;
  private boolean onlyPermanent;
  private Inet4Address outside;

  private UpnpGateway(
      Inet4Address gateway,
      InetAddress self,
      DeviceDescription.Service service,
      PortMapTimes times,
      SecureRandom random)
      throws GatewayException {
    this.gateway = gateway;
    this.self = self;
    this.service = service;
    this.times = times;
    this.random = random;
    this.outside = askOutside();
  }

  /** Searches for the gateway's service. */
  static UpnpGateway find(
      Inet4Address gateway, GatewayDoors doors, PortMapTimes times, SecureRandom random)
      throws GatewayException {
    InetAddress self;
    try (UdpExchange udp = UdpExchange.with(new InetSocketAddress(gateway, doors.ssdpPort()))) {
      self = udp.self();
    }
    URI at = SsdpSearch.find(gateway, self, doors, times);
    InetSocketAddress to = GatewayUri.socket(gateway, at);
    String head =
        "GET "
            + GatewayUri.target(at)
            + " HTTP/1.1\r\nHost: "
            + gateway.getHostAddress()
            + ":"
            + to.getPort()
            + "\r\n";
    HttpExchange.Answer page = HttpExchange.send(to, head, "", times.exchange());
    if (page.status() != 200) {
      throw new GatewayException(Reason.MALFORMED, "status " + page.status());
    }
    DeviceDescription.Service service = DeviceDescription.mapping(page.body(), gateway, at);
    return new UpnpGateway(gateway, self, service, times, random);
  }

  @Override
  public MapProtocol protocol() {
    return MapProtocol.UPNP_IGD;
  }

  @Override
  public InetAddress self() {
    return self;
  }

  private SoapCall.Answer call(String action, Map<String, String> arguments)
      throws GatewayException {
    return new SoapCall(service, action, arguments).send(gateway, times.exchange());
  }

  private Inet4Address askOutside() throws GatewayException {
    SoapCall.Answer answer = call("GetExternalIPAddress", Map.of());
    if (answer.error().isPresent()) {
      throw refusal(answer.error().get());
    }
    String text = answer.value("NewExternalIPAddress");
    // Some gateways without a line name no address at all.
    return Ip4.parse(text.isEmpty() ? "0.0.0.0" : text)
        .orElseThrow(() -> new GatewayException(Reason.MALFORMED, "no address: " + text));
  }

  @Override
  public MappedPort map(PortWish wish) throws GatewayException {
    PortWish wanted = wish;
    for (int i = 0; i < MAX_PORTS_TRIED; i++) {
      SoapCall.Answer answer = add(wanted);
      if (answer.error().isEmpty()) {
        String given = answer.values().get("NewReservedPort");
        PortWish kept = given == null ? wanted : wanted.by(SoapCall.number(given, 1, 0xFFFF));
        return new MappedPort(
            kept.kind(), kept.internalPort(), outside, kept.externalPort(), lease(kept));
      }
      int error = answer.error().get();
      if (error == CONFLICT || error == CONFLICT_WITH_OTHERS) {
        wanted = wanted.by(MIN_FREE_PORT + random.nextInt(0x10000 - MIN_FREE_PORT));
      } else if (error == SAME_PORT_REQUIRED && wanted.externalPort() != wanted.internalPort()) {
        wanted = wanted.by(wanted.internalPort());
      } else {
        throw refusal(error);
      }
    }
    throw new GatewayException(Reason.TAKEN, MAX_PORTS_TRIED + " ports are taken");
  }

  private SoapCall.Answer add(PortWish wish) throws GatewayException {
    if (service.choosesPorts()) {
      SoapCall.Answer answer = add("AddAnyPortMapping", wish);
      boolean unknown =
          answer.error().filter(e -> e == INVALID_ACTION || e == OPTIONAL_ACTION).isPresent();
      if (!unknown) {
        return answer;
      }
    }
    return add("AddPortMapping", wish);
  }

  private SoapCall.Answer add(String action, PortWish wish) throws GatewayException {
    if (onlyPermanent) {
      return call(action, arguments(wish, Duration.ZERO));
    }
    SoapCall.Answer answer = call(action, arguments(wish, wish.lease()));
    boolean never =
        answer.error().filter(e -> e == ONLY_PERMANENT || e == INVALID_ARGUMENTS).isPresent();
    if (!never) {
      return answer;
    }
    onlyPermanent = true;
    return call(action, arguments(wish, Duration.ZERO));
  }

  private Map<String, String> arguments(PortWish wish, Duration lease) {
    Map<String, String> arguments = entry(wish.kind(), wish.externalPort());
    arguments.put("NewInternalPort", Integer.toString(wish.internalPort()));
    arguments.put("NewInternalClient", self.getHostAddress());
    arguments.put("NewEnabled", "1");
    arguments.put("NewPortMappingDescription", DESCRIPTION);
    arguments.put("NewLeaseDuration", Long.toString(lease.toSeconds()));
    return arguments;
  }

  private static Map<String, String> entry(PortKind kind, int externalPort) {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("NewRemoteHost", "");
    arguments.put("NewExternalPort", Integer.toString(externalPort));
    arguments.put("NewProtocol", kind.name());
    return arguments;
  }

  /** How long a mapping holds, which only the gateway knows; zero for ever. */
  private Duration lease(PortWish wish) throws GatewayException {
    Duration asked = onlyPermanent ? Duration.ZERO : wish.lease();
    SoapCall.Answer answer = find(wish.kind(), wish.externalPort());
    if (answer.error().isPresent()) {
      if (answer.error().get() == NO_SUCH_ENTRY) {
        throw new GatewayException(Reason.NOT_KEPT, "it knows nothing of " + wish);
      }
      return asked;
    }
    if (!isOurs(answer, wish.internalPort())) {
      throw new GatewayException(Reason.TAKEN, wish + " leads to somebody else");
    }
    String seconds = answer.values().get("NewLeaseDuration");
    return seconds == null
        ? asked
        : Duration.ofSeconds((long) SoapCall.number(seconds, 0, Integer.MAX_VALUE));
  }

  private SoapCall.Answer find(PortKind kind, int externalPort) throws GatewayException {
    return call("GetSpecificPortMappingEntry", entry(kind, externalPort));
  }

  private boolean isOurs(SoapCall.Answer answer, int internalPort) throws GatewayException {
    return answer.value("NewInternalClient").equals(self.getHostAddress())
        && SoapCall.number(answer.value("NewInternalPort"), 0, 0xFFFF) == internalPort;
  }

  @Override
  public void unmap(MappedPort port) throws GatewayException {
    Optional<Integer> error =
        call("DeletePortMapping", entry(port.kind(), port.externalPort())).error();
    if (error.isPresent() && error.get() != NO_SUCH_ENTRY) {
      throw refusal(error.get());
    }
  }

  @Override
  public boolean holds(List<MappedPort> ports) throws GatewayException {
    Inet4Address now = askOutside();
    boolean same = now.equals(outside);
    outside = now;
    for (MappedPort each : ports) {
      SoapCall.Answer answer = find(each.kind(), each.externalPort());
      boolean gone = answer.error().filter(error -> error == NO_SUCH_ENTRY).isPresent();
      same &= !gone && (answer.error().isPresent() || isOurs(answer, each.internalPort()));
    }
    return same;
  }

  private static GatewayException refusal(int error) {
    Reason reason =
        switch (error) {
          case INVALID_ACTION, OPTIONAL_ACTION -> Reason.NOT_SPOKEN;
          case CONFLICT, CONFLICT_WITH_OTHERS, SAME_PORT_REQUIRED -> Reason.TAKEN;
          case NO_PORT_LEFT -> Reason.FULL;
          // 606 says so; 501, that it failed, is what many say instead.
          default -> Reason.REFUSED;
        };
    return new GatewayException(reason, "UPnP error " + error);
  }
}
