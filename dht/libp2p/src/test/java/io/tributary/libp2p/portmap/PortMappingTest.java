package io.tributary.libp2p.portmap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.portmap.GatewayException.Reason;
import io.tributary.libp2p.time.HandTime;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Port mapping by gateways on loopback, with time by hand: a round is done when it returns. */
class PortMappingTest {
  private static final PublicNetworks NETWORKS =
      new PublicNetworks(List.of(IpPrefix.parse("203.0.113.0/24")));
  private static final Multiaddr TCP = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
  private static final Multiaddr QUIC = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");
  private static final Set<Multiaddr> BOTH_OUTSIDE = outside("203.0.113.7", 4001);
  private static final PortMapTimes TIMES =
      new PortMapTimes(
          Duration.ofHours(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofHours(1),
          Duration.ofSeconds(20),
          2,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(3));

  /** For those who will not answer. */
  private static final PortMapTimes IMPATIENT =
      new PortMapTimes(
          TIMES.lease(),
          TIMES.watch(),
          TIMES.retry(),
          TIMES.maxRetry(),
          Duration.ofMillis(50),
          2,
          Duration.ofMillis(500),
          TIMES.exchange(),
          TIMES.closing());

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock = now::get;
  private final HandTime time = new HandTime(clock);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Home home = new Home();
  private long routesAsked;
  private Optional<Inet4Address> router = Optional.of((Inet4Address) ip("127.0.0.1"));

  private static final class Home implements MappedHost {
    Set<Multiaddr> listening = Set.of(TCP, QUIC);
    Set<Multiaddr> observed = Set.of();
    Set<Multiaddr> mapped = Set.of();

    @Override
    public Set<Multiaddr> listenAddresses() {
      return listening;
    }

    @Override
    public Set<Multiaddr> observedAddresses() {
      return observed;
    }

    @Override
    public void onMapped(Set<Multiaddr> addresses) {
      mapped = addresses;
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static InetAddress ip(String digits) {
    try {
      return InetAddress.getByName(digits);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Multiaddr> outside(String ip, int port) {
    return Set.of(
        Multiaddr.parse("/ip4/" + ip + "/tcp/" + port),
        Multiaddr.parse("/ip4/" + ip + "/udp/" + port + "/quic-v1"));
  }

  private FakePmp pmp() throws IOException {
    FakePmp made = new FakePmp(() -> clock.instant().getEpochSecond());
    open.add(made);
    return made;
  }

  private FakeIgd igd(String ip) throws IOException {
    FakeIgd made = new FakeIgd(ip);
    open.add(made);
    return made;
  }

  private PortMapping mapping(PortMapTimes times, GatewayDoors doors, MapProtocol... protocols) {
    PortMapOptions options =
        new PortMapOptions(
            Arrays.asList(protocols),
            times,
            () -> {
              routesAsked++;
              return router;
            },
            doors);
    return new PortMapping(home, options, NETWORKS, time, Runnable::run, new SecureRandom());
  }

  private PortMapping mapping(PortMapTimes times, FakePmp gateway) {
    return mapping(
        times,
        new GatewayDoors(gateway.port(), List.of(), 1),
        MapProtocol.PCP,
        MapProtocol.NAT_PMP);
  }

  private PortMapping mapping(PortMapTimes times, FakeIgd gateway) {
    return mapping(
        times,
        new GatewayDoors(1, List.of(gateway.ssdp()), gateway.ssdp().getPort()),
        MapProtocol.UPNP_IGD);
  }

  private void pass(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
    time.fire();
  }

  // PCP and NAT-PMP

  @ParameterizedTest
  @CsvSource({"true, PCP", "false, NAT_PMP"})
  void ports_areMapped_andGivenBack(boolean speaksPcp, MapProtocol protocol) throws IOException {
    FakePmp gateway = pmp();
    gateway.speaksPcp = speaksPcp;
    PortMapping mapping = mapping(TIMES, gateway);
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.SEARCHING);

    mapping.refresh();

    PortMapStatus status = mapping.status();
    assertThat(status.verdict()).as("%s", status).isEqualTo(PortMapVerdict.MAPPED);
    assertThat(status.protocol()).contains(protocol);
    assertThat(status.addresses()).isEqualTo(BOTH_OUTSIDE);
    assertThat(home.mapped).isEqualTo(BOTH_OUTSIDE);
    assertThat(gateway.mapped).containsOnlyKeys("TCP 4001", "UDP 4001");

    assertThat(mapping.close().isSuccess()).isTrue();
    assertThat(gateway.mapped).isEmpty();
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.CLOSED);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void lease_isRenewed_atHalfOfWhatWasGranted(boolean speaksPcp) throws IOException {
    FakePmp gateway = pmp();
    gateway.speaksPcp = speaksPcp;
    gateway.maxLeaseSeconds = 120;
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();
    assertThat(mapping.status().ports())
        .allSatisfy(each -> assertThat(each.lease()).isEqualTo(Duration.ofMinutes(2)));
    gateway.mapped.clear();

    pass(Duration.ofSeconds(59));
    assertThat(gateway.mapped).isEmpty();
    pass(Duration.ofSeconds(1));

    assertThat(gateway.mapped).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void gatewayThatRestarts_isAskedAgain_forTheSamePorts(boolean speaksPcp) throws IOException {
    FakePmp gateway = pmp();
    gateway.speaksPcp = speaksPcp;
    gateway.shift = 7;
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();
    assertThat(home.mapped).isEqualTo(outside("203.0.113.7", 4008));
    gateway.shift = 0;

    pass(TIMES.watch());
    assertThat(home.mapped).isEqualTo(outside("203.0.113.7", 4008));
    now.updateAndGet(instant -> instant.plusSeconds(200));
    gateway.restart();
    assertThat(gateway.mapped).isEmpty();
    pass(TIMES.watch());

    assertThat(gateway.mapped).hasSize(2).containsEntry("TCP 4001", 4008);
    assertThat(home.mapped).isEqualTo(outside("203.0.113.7", 4008));
  }

  @Test
  void answerWithAnotherNonce_isNone() throws IOException {
    FakePmp gateway = pmp();
    gateway.wrongNonce = true;
    PortMapping mapping =
        mapping(IMPATIENT, new GatewayDoors(gateway.port(), List.of(), 1), MapProtocol.PCP);

    mapping.refresh();

    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_ANSWER);
    assertThat(mapping.status().failure()).contains(Reason.NO_ANSWER);
    assertThat(home.mapped).isEmpty();
  }

  @Test
  void silentGateway_isAskedEverMoreRarely_andFoundWhenItSpeaks() throws IOException {
    FakePmp gateway = pmp();
    gateway.silent = true;
    PortMapping mapping = mapping(IMPATIENT, gateway);

    mapping.refresh();
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_ANSWER);
    List<Integer> pauses = new ArrayList<>();
    for (int minutes = 1, before = 0; pauses.size() < 3; minutes++) {
      long asked = rounds(mapping);
      pass(Duration.ofMinutes(1));
      if (rounds(mapping) != asked) {
        pauses.add(minutes - before);
        before = minutes;
      }
    }
    assertThat(pauses).containsExactly(1, 2, 4);

    gateway.silent = false;
    // A machine that is busy may not answer in time every time.
    for (int i = 0; i < 50 && home.mapped.isEmpty(); i++) {
      pass(TIMES.maxRetry());
    }
    assertThat(home.mapped).isEqualTo(BOTH_OUTSIDE);
  }

  private long rounds(PortMapping mapping) {
    assertThat(mapping.status().ports()).isEmpty();
    return routesAsked;
  }

  @Test
  void gatewayThatGoesAway_isBelieved_untilItsLeaseIsOver() throws IOException {
    FakePmp gateway = pmp();
    gateway.maxLeaseSeconds = 600;
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();
    assertThat(home.mapped).as("%s", mapping.status()).hasSize(2);
    // The kernel says at once that nobody is there.
    gateway.close();

    for (int i = 0; i < 9; i++) {
      pass(Duration.ofMinutes(1));
    }
    assertThat(home.mapped).hasSize(2);
    for (int i = 0; i < 8; i++) {
      pass(Duration.ofMinutes(1));
    }

    assertThat(home.mapped).isEmpty();
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_ANSWER);
  }

  @ParameterizedTest
  @CsvSource({"2, REFUSED", "8, REFUSED", "12, DOUBLE_NAT"})
  void refusal_isNamed(int result, PortMapVerdict verdict) throws IOException {
    FakePmp gateway = pmp();
    gateway.result = result;
    PortMapping mapping =
        mapping(TIMES, new GatewayDoors(gateway.port(), List.of(), 1), MapProtocol.PCP);

    mapping.refresh();

    assertThat(mapping.status().verdict()).isEqualTo(verdict);
    assertThat(verdict.advice()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "192.168.1.2, DOUBLE_NAT",
    "10.0.0.1, DOUBLE_NAT",
    "100.64.0.9, CARRIER_NAT",
    "0.0.0.0, NO_EXTERNAL_ADDRESS"
  })
  void gatewayBehindAnother_isRecognised_andItsAddressNotBelieved(
      String external, PortMapVerdict verdict) throws IOException {
    FakePmp gateway = pmp();
    gateway.external = external;
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().verdict()).isEqualTo(verdict);
    assertThat(mapping.status().ports()).hasSize(2);
    assertThat(home.mapped).isEmpty();
  }

  @Test
  void peersThatSeeAnotherAddress_makeTheGatewaysDoubtful() throws IOException {
    PortMapping mapping = mapping(TIMES, pmp());
    mapping.refresh();

    home.observed = Set.of(Multiaddr.parse("/ip4/203.0.113.7/tcp/999"));
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.MAPPED);
    home.observed = Set.of(Multiaddr.parse("/ip4/203.0.113.99/tcp/4001"));
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.OTHER_ADDRESS);
  }

  @Test
  void hostThatListensElsewhere_hasOtherPortsMapped() throws IOException {
    FakePmp gateway = pmp();
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();

    home.listening = Set.of(QUIC, Multiaddr.parse("/ip4/127.0.0.1/tcp/4002"));
    mapping.refresh();

    assertThat(gateway.mapped).containsOnlyKeys("UDP 4001", "TCP 4002");
    home.listening = Set.of(Multiaddr.parse("/ip4/127.0.0.9/tcp/4002"));
    mapping.refresh();
    assertThat(gateway.mapped).isEmpty();
    assertThat(home.mapped).isEmpty();
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NOTHING_TO_MAP);
  }

  @Test
  void hostThatMovesToAnotherNetwork_asksTheGatewayThere() throws IOException {
    FakePmp gateway = pmp();
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();

    router = Optional.empty();
    pass(TIMES.watch());
    assertThat(home.mapped).isEmpty();
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_GATEWAY);
    router = Optional.of((Inet4Address) ip("127.0.0.1"));
    gateway.external = "203.0.113.8";
    pass(TIMES.watch());

    assertThat(home.mapped).isEqualTo(outside("203.0.113.8", 4001));
  }

  // UPnP

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void upnp_mapsPorts_andGivesThemBack(int version) throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.version = version;
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    PortMapStatus status = mapping.status();
    assertThat(status.verdict()).as("%s", status).isEqualTo(PortMapVerdict.MAPPED);
    assertThat(home.mapped).isEqualTo(BOTH_OUTSIDE);
    assertThat(gateway.mapped)
        .containsOnlyKeys("TCP 4001", "UDP 4001")
        .containsValue(new FakeIgd.Entry("127.0.0.1", 4001, 7200));
    mapping.close();
    assertThat(gateway.mapped).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void portThatIsTaken_isReplacedByAnother(int version) throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.version = version;
    gateway.takenPorts.add(4001);
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.MAPPED);
    assertThat(mapping.status().ports())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.externalPort()).isNotEqualTo(4001).isPositive());
    Set<Multiaddr> mapped = home.mapped;
    pass(TIMES.lease().dividedBy(2));
    assertThat(home.mapped).isEqualTo(mapped);
    assertThat(gateway.mapped).hasSize(2);
  }

  @Test
  void gatewayOfPermanentLeasesOnly_getsThem_andLosesThemInTheEnd() throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.onlyPermanent = true;
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(home.mapped).isEqualTo(BOTH_OUTSIDE);
    assertThat(gateway.mapped).hasSize(2).containsValue(new FakeIgd.Entry("127.0.0.1", 4001, 0));
    mapping.close();
    assertThat(gateway.mapped).isEmpty();
  }

  @Test
  void upnpLease_thatIsShorterThanAsked_isSeen() throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.maxLeaseSeconds = 200;
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();

    gateway.maxLeaseSeconds = 300;
    pass(Duration.ofSeconds(100));

    assertThat(gateway.mapped).hasSize(2).containsValue(new FakeIgd.Entry("127.0.0.1", 4001, 300));
  }

  @Test
  void mappingThatVanishes_isMadeAgain() throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    PortMapping mapping = mapping(TIMES, gateway);
    mapping.refresh();

    gateway.mapped.remove("UDP 4001");
    pass(TIMES.watch());
    assertThat(gateway.mapped).hasSize(2);
    gateway.mapped.put("TCP 4001", new FakeIgd.Entry("192.168.1.9", 4001, 0));
    gateway.takenPorts.add(4001);
    pass(TIMES.watch());

    assertThat(home.mapped).hasSize(2).doesNotContainAnyElementsOf(BOTH_OUTSIDE);
  }

  @ParameterizedTest
  @CsvSource({"606, REFUSED, REFUSED", "501, REFUSED, REFUSED", "728, FULL, REFUSED"})
  void upnpRefusal_isNamed(int error, Reason reason, PortMapVerdict verdict) throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.refusal = error;
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().failure()).contains(reason);
    assertThat(mapping.status().verdict()).isEqualTo(verdict);
  }

  @Test
  void gatewayThatSaysYes_andDoesNothing_isFoundOut() throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.forgetful = true;
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().failure()).contains(Reason.NOT_KEPT);
    assertThat(home.mapped).isEmpty();
  }

  /** Descriptions that are none. */
  private enum Bad {
    GARBAGE("not XML at all"),
    EMPTY(""),
    CUT("<root><device>"),
    ENTITY(
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><root><service>"
            + "<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
            + "<controlURL>/&x;</controlURL></service></root>"),
    BOMB(
        "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><root>&b;&b;</root>"),
    DEEP("<a>".repeat(100)),
    WIDE("<root>" + "<a/>".repeat(5000) + "</root>"),
    HUGE("<root>" + " ".repeat(HttpExchange.MAX_BODY_BYTES));

    final String page;

    Bad(String page) {
      this.page = page;
    }
  }

  @ParameterizedTest
  @EnumSource(Bad.class)
  void descriptionThatIsNone_isRefused(Bad bad) throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    gateway.description = Optional.of(bad.page.getBytes(UTF_8));
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().failure()).contains(Reason.MALFORMED);
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_ANSWER);
  }

  @Test
  void serviceOfAnotherHost_isNotCalled() throws IOException {
    FakeIgd gateway = igd("127.0.0.1");
    FakeIgd victim = igd("127.0.0.2");
    gateway.control = "http://127.0.0.2:" + victim.ssdp().getPort() + "/ctl";
    PortMapping mapping = mapping(TIMES, gateway);

    mapping.refresh();

    assertThat(mapping.status().failure()).contains(Reason.MALFORMED);
    assertThat(victim.mapped).isEmpty();
  }

  @Test
  void answersOfOthersThanTheGateway_andLocationsElsewhere_areIgnored() throws IOException {
    FakeIgd stranger = igd("127.0.0.2");
    FakeIgd gateway = igd("127.0.0.1");
    gateway.location = Optional.of("http://127.0.0.2:80/desc.xml");
    PortMapping mapping =
        mapping(
            IMPATIENT,
            new GatewayDoors(1, List.of(stranger.ssdp()), gateway.ssdp().getPort()),
            MapProtocol.UPNP_IGD);

    mapping.refresh();

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> stranger.searches.get() > 0 && gateway.searches.get() > 0);
    assertThat(mapping.status().verdict()).isEqualTo(PortMapVerdict.NO_ANSWER);
    assertThat(stranger.mapped).isEmpty();
  }

  @Test
  void protocolThatIsRefused_isFollowedByTheNext() throws IOException {
    FakePmp refusing = pmp();
    refusing.result = 2;
    FakeIgd gateway = igd("127.0.0.1");
    PortMapping mapping =
        mapping(
            TIMES,
            new GatewayDoors(
                refusing.port(),
                List.of(new InetSocketAddress(ip("127.0.0.1"), gateway.ssdp().getPort())),
                gateway.ssdp().getPort()),
            MapProtocol.values());

    mapping.refresh();

    assertThat(mapping.status().protocol()).contains(MapProtocol.UPNP_IGD);
    assertThat(mapping.status().failure()).isEmpty();
    assertThat(home.mapped).isEqualTo(BOTH_OUTSIDE);
  }
}
