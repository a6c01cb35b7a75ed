package io.tributary.region.reach;

import io.tributary.libp2p.autonat.Reachability.Evidence;
import io.tributary.libp2p.autonat.Reachability.Judgement;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.identify.NatMapping;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.nat.NatStatus;
import io.tributary.libp2p.portmap.PortMapStatus;
import io.tributary.libp2p.portmap.PortMapVerdict;
import io.tributary.libp2p.relay.RelayUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a node is reached, by what evidence, and what its operator could do.
 *
 * @param kind how
 * @param isDeclared whether the operator has said so, and nobody was asked
 * @param nat verdicts, relays and counts
 * @param observed where peers see the node, the last seen first
 * @param mapping how it stands with ports mapped at the router, if it is asked for any
 * @param advice what would make it better reached, a sentence each; empty if nothing would
 */
public record ReachReport(
    ReachKind kind,
    boolean isDeclared,
    NatStatus nat,
    List<Multiaddr> observed,
    Optional<PortMapStatus> mapping,
    List<String> advice) {

  /** The most observed addresses that are shown. */
  static final int MAX_OBSERVED = 16;

  public ReachReport {
    observed = List.copyOf(observed);
    advice = List.copyOf(advice);
  }

  static ReachReport of(
      NatStatus nat,
      ReachSettings settings,
      List<Multiaddr> observed,
      Set<Multiaddr> listening,
      Optional<PortMapStatus> mapping) {
    ReachKind kind =
        switch (nat.standing()) {
          case PUBLIC -> ReachKind.PUBLIC;
          case PRIVATE -> nat.relayAddresses().isEmpty() ? ReachKind.BEHIND_NAT : ReachKind.RELAYED;
          case UNKNOWN -> ReachKind.UNKNOWN;
        };
    return new ReachReport(
        kind,
        settings.declared().isPresent(),
        nat,
        observed.subList(0, Math.min(observed.size(), MAX_OBSERVED)),
        mapping,
        advice(kind, nat, settings, listening, mapping));
  }

  private static List<String> advice(
      ReachKind kind,
      NatStatus nat,
      ReachSettings settings,
      Set<Multiaddr> listening,
      Optional<PortMapStatus> mapping) {
    List<String> advice = new ArrayList<>();
    if (kind == ReachKind.PUBLIC) {
      return advice;
    }
    if (listening.stream().noneMatch(each -> !each.isRelayed() && !each.isLoopback())) {
      advice.add(
          "this node listens for nobody outside this machine, so that it can meet nobody who is"
              + " behind a router either: let it listen at /ip4/0.0.0.0/tcp/0 and"
              + " /ip4/0.0.0.0/udp/0/quic-v1");
      return advice;
    }
    if (kind == ReachKind.UNKNOWN) {
      advice.add(
          "peers with public addresses in two networks have to try: see that bootstrap nodes are"
              + " connected, or say in reach.standing what is so");
      return advice;
    }
    advice.add(
        "forward a port of the router to where this node listens"
            + ports(listening)
            + ", and put the outer address into what it announces");
    if (mapping.isEmpty()) {
      advice.add("or let the node ask the router for ports: set reach.port-mapping to true");
    }
    mapping
        .map(PortMapStatus::verdict)
        .ifPresent(
            verdict ->
                advice.add(
                    verdict == PortMapVerdict.MAPPED
                        ? "the router has mapped ports and still nobody gets in: see its firewall"
                        : "port mapping says " + verdict + ": " + verdict.advice()));
    if (nat.tcp() == NatMapping.ENDPOINT_DEPENDENT || nat.quic() == NatMapping.ENDPOINT_DEPENDENT) {
      advice.add(
          "the router shows each peer another port, so that peers behind strict routers stay with"
              + " the relay: turn that off, often called symmetric NAT, or forward a port");
    }
    if (kind == ReachKind.BEHIND_NAT) {
      advice.add(
          settings.relays() == 0
              ? "relays are off: set reach.relays to 2"
              : "no relay has taken this node in: name some in reach.static-relays, or ask the"
                  + " operators of public nodes to set reach.relay-server");
    }
    if (!settings.isPunching()) {
      advice.add("hole punching is off, so that no fragment is fetched from here: set it on");
    }
    return advice;
  }

  private static String ports(Collection<Multiaddr> listening) {
    List<String> places =
        listening.stream()
            .filter(each -> !each.isRelayed() && !each.isLoopback())
            .map(Multiaddr::toString)
            .distinct()
            .limit(4)
            .toList();
    return places.isEmpty() ? "" : " (" + String.join(", ", places) + ")";
  }

  /** The report in one line. */
  public String line() {
    StringBuilder line = new StringBuilder(kind.name());
    if (isDeclared) {
      line.append(", as its operator says");
    } else {
      long trying =
          nat.judgements().stream()
              .flatMap(each -> each.evidence().stream())
              .map(Evidence::server)
              .distinct()
              .count();
      line.append(", tried by ").append(trying).append(trying == 1 ? " peer" : " peers");
    }
    if (!nat.relayAddresses().isEmpty()) {
      line.append(", met at ").append(relays()).append(relays() == 1 ? " relay" : " relays");
    }
    return line.toString();
  }

  private long relays() {
    return nat.relayAddresses().stream()
        .map(each -> each.relay().flatMap(Multiaddr::peerId))
        .distinct()
        .count();
  }

  /** Returns maps, lists, texts and numbers. */
  public Map<String, ?> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kind", kind.name());
    tree.put("line", line());
    tree.put("declared", isDeclared);
    tree.put("evidence", nat.judgements().stream().map(ReachReport::judgement).toList());
    tree.put("observed", observed.stream().map(Object::toString).toList());
    tree.put("tcpMapping", nat.tcp().name());
    tree.put("quicMapping", nat.quic().name());
    tree.put("relays", nat.relayAddresses().stream().map(Object::toString).toList());
    Map<String, Object> punches = new TreeMap<>();
    nat.punches()
        .forEach(
            (result, count) -> {
              if (count > 0) {
                punches.put(result.name(), count);
              }
            });
    tree.put("punches", punches);
    nat.relay().ifPresent(usage -> tree.put("relayServer", relay(usage)));
    nat.server()
        .filter(each -> nat.standing() == Standing.PUBLIC)
        .ifPresent(
            usage ->
                tree.put(
                    "autonatServer",
                    Map.of("dialled", usage.dialled(), "refused", usage.refused())));
    mapping.ifPresent(each -> tree.put("portMapping", mapping(each)));
    tree.put("advice", advice);
    return tree;
  }

  private static Map<String, ?> judgement(Judgement judgement) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("address", judgement.address().toString());
    tree.put("verdict", judgement.verdict().name());
    tree.put("by", judgement.evidence().stream().map(ReachReport::evidence).toList());
    return tree;
  }

  private static Map<String, ?> evidence(Evidence evidence) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("peer", evidence.server().toString());
    tree.put("network", evidence.network().toString());
    tree.put("autonat", evidence.version());
    tree.put("reached", evidence.reached());
    tree.put("at", evidence.at().toString());
    return tree;
  }

  private static Map<String, ?> mapping(PortMapStatus mapping) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("verdict", mapping.verdict().name());
    mapping.protocol().ifPresent(protocol -> tree.put("protocol", protocol.name()));
    tree.put("addresses", mapping.addresses().stream().map(Object::toString).sorted().toList());
    mapping.failure().ifPresent(failure -> tree.put("failure", failure.name()));
    return tree;
  }

  private static Map<String, ?> relay(RelayUsage usage) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("reservations", usage.reservations());
    tree.put("circuits", usage.circuits());
    tree.put("circuitsMade", usage.circuitsMade());
    tree.put("relayedBytes", usage.relayedBytes());
    return tree;
  }
}
