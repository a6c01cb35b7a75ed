package io.tributary.libp2p.nat;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.autonat.AutoNat;
import io.tributary.libp2p.autonat.AutoNatClient;
import io.tributary.libp2p.autonat.AutoNatServer;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.HolePuncher;
import io.tributary.libp2p.dcutr.PunchReport;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.RelayCandidates;
import io.tributary.libp2p.relay.RelayChooser;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.relay.RelayServer;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * A host's way through NATs: it finds out whether it can be dialled; if it can, it helps others to
 * find out and, if it is told to, relays for them; if it can't, it keeps a place at relays; and in
 * any case it makes relayed connections direct where that is possible. Thread-safe.
 */
public final class NatTraversal implements AutoCloseable {

  private final Host host;
  private final RelayClient relayClient;
  private final Optional<RelayChooser> chooser;
  private final Optional<HolePuncher> puncher;
  private final Optional<RelayServer> relayServer;
  private final Optional<AutoNatServer> autoNatServer;
  private final AutoNat autoNat;
  private final Optional<Standing> declared;
  private final Timekeeper time;
  private final Map<PunchResult, LongAdder> punches = new EnumMap<>(PunchResult.class);
  private Set<Multiaddr> announced = Set.of();

  /**
   * Prepares a host that has not started yet.
   *
   * @param candidates where relays may be found
   */
  public NatTraversal(
      Host host, NatOptions options, RelayCandidates candidates, SecureRandom random) {
    this.host = host;
    this.declared = options.declared();
    this.time = new EventLoopTimekeeper(host.io().group().next(), host.clock());
    for (PunchResult each : PunchResult.values()) {
      punches.put(each, new LongAdder());
    }
    this.relayClient = new RelayClient(host, time);
    this.chooser = options.relays().map(chosen -> new RelayChooser(host, candidates, chosen, time));
    this.puncher = options.punching().map(chosen -> new HolePuncher(host, chosen, this::onPunched));
    this.relayServer = options.relaying().map(limits -> new RelayServer(host, limits));
    this.autoNatServer = options.serving().map(limits -> new AutoNatServer(host, limits, random));
    this.autoNat =
        new AutoNat(
            host, new AutoNatClient(host, random), options.asking(), time, this::onStanding);
  }

  /** Begins. */
  public void open() {
    if (declared.isPresent()) {
      time.execute(() -> onStanding(declared.get(), Set.of()));
    } else {
      autoNat.open();
    }
  }

  private void onPunched(PunchReport report) {
    punches.getOrDefault(report.result(), new LongAdder()).increment();
  }

  private void onStanding(Standing standing, Set<Multiaddr> reachable) {
    announced.stream().filter(each -> !reachable.contains(each)).forEach(host::removeAddress);
    reachable.forEach(host::addAddress);
    announced = reachable;
    switch (standing) {
      case PUBLIC -> {
        chooser.ifPresent(RelayChooser::close);
        autoNatServer.ifPresent(AutoNatServer::open);
        relayServer.ifPresent(RelayServer::open);
      }
      case PRIVATE -> {
        relayServer.ifPresent(RelayServer::close);
        autoNatServer.ifPresent(AutoNatServer::close);
        chooser.ifPresent(RelayChooser::open);
      }
      case UNKNOWN -> {
        // What was is as likely as anything else.
      }
    }
  }

  /** How it stands. */
  public NatStatus status() {
    Map<PunchResult, Long> counts = new EnumMap<>(PunchResult.class);
    punches.forEach((result, count) -> counts.put(result, count.sum()));
    return new NatStatus(
        declared.orElseGet(autoNat::standing),
        autoNat.judgements(),
        host.observedAddresses().mapping(AddressProtocol.TCP),
        host.observedAddresses().mapping(AddressProtocol.QUIC_V1),
        relayClient.places().stream().flatMap(each -> each.addresses().stream()).toList(),
        counts,
        relayServer.map(RelayServer::usage),
        autoNatServer.map(AutoNatServer::usage));
  }

  /** Ends it all but what the host was told to listen at. */
  @Override
  public void close() {
    autoNat.close();
    chooser.ifPresent(RelayChooser::close);
    puncher.ifPresent(HolePuncher::close);
    relayServer.ifPresent(RelayServer::close);
    autoNatServer.ifPresent(AutoNatServer::close);
  }
}
