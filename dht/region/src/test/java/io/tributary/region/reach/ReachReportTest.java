package io.tributary.region.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.identify.NatMapping;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.nat.NatStatus;
import io.tributary.libp2p.portmap.MapProtocol;
import io.tributary.libp2p.portmap.PortMapStatus;
import io.tributary.libp2p.portmap.PortMapVerdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What operators are told of how their node is reached, and advised to do. */
final class ReachReportTest {
  private static final Multiaddr HERE = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
  private static final Multiaddr HOME = Multiaddr.parse("/ip4/192.168.1.5/tcp/4001");
  private static final Multiaddr AT_RELAY =
      Multiaddr.parse(
          "/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"
              + "/p2p-circuit");

  /** The same relay, reached otherwise. */
  private static final Multiaddr BY_QUIC =
      Multiaddr.parse(AT_RELAY.toString().replace("/tcp/4001", "/udp/4001/quic-v1"));

  private static NatStatus nat(Standing standing, NatMapping mapping, Multiaddr... relays) {
    return new NatStatus(
        standing,
        List.of(),
        mapping,
        mapping,
        List.of(relays),
        Map.of(PunchResult.PUNCHED, 3L, PunchResult.NOT_MET, 0L),
        Optional.empty(),
        Optional.empty());
  }

  private static ReachReport report(
      NatStatus nat, ReachSettings settings, Optional<PortMapStatus> mapping) {
    return ReachReport.of(nat, settings, List.of(), Set.of(HERE, HOME), mapping);
  }

  private static ReachReport report(NatStatus nat) {
    return report(nat, ReachSettings.defaults(), Optional.empty());
  }

  private static PortMapStatus mapping(PortMapVerdict verdict) {
    return new PortMapStatus(
        verdict, Optional.of(MapProtocol.PCP), List.of(), Set.of(), Optional.empty());
  }

  private static ReachSettings settings(int relays, boolean isPunching) {
    return new ReachSettings(
        Optional.empty(), relays, List.of(), Optional.empty(), true, isPunching, false);
  }

  @Test
  void publicNode_isAdvisedNothing() {
    ReachReport report = report(nat(Standing.PUBLIC, NatMapping.UNKNOWN));

    assertThat(report.kind()).isEqualTo(ReachKind.PUBLIC);
    assertThat(report.advice()).isEmpty();
    assertThat(report.line()).isEqualTo("PUBLIC, tried by 0 peers");
  }

  @Test
  void nodeThatListensOnLoopbackOnly_isToldToListenOutside_andNothingElse() {
    ReachReport report =
        ReachReport.of(
            nat(Standing.PRIVATE, NatMapping.ENDPOINT_DEPENDENT),
            settings(0, false),
            List.of(),
            Set.of(HERE),
            Optional.empty());

    assertThat(report.advice())
        .singleElement()
        .asString()
        .contains("listens for nobody outside this machine", "/ip4/0.0.0.0/tcp/0");
  }

  @Test
  void nodeThatNobodyHasTried_isToldWhoWouldHaveTo() {
    ReachReport report = report(nat(Standing.UNKNOWN, NatMapping.UNKNOWN));

    assertThat(report.kind()).isEqualTo(ReachKind.UNKNOWN);
    assertThat(report.advice())
        .singleElement()
        .asString()
        .contains("in two networks", "bootstrap nodes", "reach.standing");
  }

  @Test
  void nodeAtARelay_isToldOfForwarding_withThePlacesItListensAt_andOfMapping() {
    ReachReport report =
        report(nat(Standing.PRIVATE, NatMapping.ENDPOINT_INDEPENDENT, AT_RELAY, BY_QUIC));

    assertThat(report.kind()).isEqualTo(ReachKind.RELAYED);
    assertThat(report.line()).contains("met at 1 relay").doesNotContain("relays");
    assertThat(report.advice()).hasSize(2);
    assertThat(report.advice().get(0))
        .contains("forward a port", HOME.toString(), "announces")
        .doesNotContain(HERE.toString());
    assertThat(report.advice().get(1)).contains("reach.port-mapping to true");
  }

  @Test
  void nodeWithoutARelay_isToldWhereToGetOne_orThatTheyAreOff() {
    NatStatus alone = nat(Standing.PRIVATE, NatMapping.ENDPOINT_INDEPENDENT);

    assertThat(report(alone).kind()).isEqualTo(ReachKind.BEHIND_NAT);
    assertThat(report(alone).advice())
        .last()
        .asString()
        .contains("no relay has taken this node in", "reach.static-relays", "reach.relay-server");
    assertThat(report(alone, settings(0, true), Optional.empty()).advice())
        .last()
        .asString()
        .contains("relays are off", "reach.relays to 2");
  }

  @Test
  void symmetricNat_andPunchingSwitchedOff_areNamed() {
    ReachReport report =
        report(
            nat(Standing.PRIVATE, NatMapping.ENDPOINT_DEPENDENT, AT_RELAY),
            settings(2, false),
            Optional.empty());

    assertThat(report.advice())
        .anySatisfy(each -> assertThat(each).contains("another port", "symmetric NAT"))
        .anySatisfy(each -> assertThat(each).contains("hole punching is off"));
  }

  @ParameterizedTest
  @EnumSource(PortMapVerdict.class)
  void whatBecameOfMapping_isToldInItsOwnWords(PortMapVerdict verdict) {
    ReachReport report =
        report(
            nat(Standing.PRIVATE, NatMapping.ENDPOINT_INDEPENDENT, AT_RELAY),
            ReachSettings.defaults(),
            Optional.of(mapping(verdict)));

    assertThat(report.advice()).noneMatch(each -> each.contains("reach.port-mapping to true"));
    assertThat(report.advice().get(1))
        .contains(
            verdict == PortMapVerdict.MAPPED
                ? "mapped ports and still nobody gets in"
                : verdict + ": " + verdict.advice());
    assertThat(report.tree().get("portMapping"))
        .isEqualTo(Map.of("verdict", verdict.name(), "protocol", "PCP", "addresses", List.of()));
  }

  @Test
  void tree_tellsAll_butPunchesThatNeverWere() {
    NatStatus nat = nat(Standing.PRIVATE, NatMapping.ENDPOINT_INDEPENDENT, AT_RELAY);

    Map<String, ?> tree = report(nat).tree();

    assertThat(tree.get("kind")).isEqualTo("RELAYED");
    assertThat(tree.get("relays")).isEqualTo(List.of(AT_RELAY.toString()));
    assertThat(tree.get("punches")).isEqualTo(Map.of("PUNCHED", 3L));
    assertThat(tree.get("advice")).isEqualTo(report(nat).advice());
  }
}
