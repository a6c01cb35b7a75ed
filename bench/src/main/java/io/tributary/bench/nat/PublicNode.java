package io.tributary.bench.nat;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.nat.NatOptions;
import io.tributary.libp2p.nat.NatTraversal;
import io.tributary.libp2p.relay.CircuitLimit;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.relay.RelayUsage;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A relay and AutoNAT server that everybody reaches. */
final class PublicNode implements LabNode {
  private static final int PORT = 4001;

  /** Sites come back under new names, try after try, so there is no rate that would stop them. */
  private static final Rate ANY = new Rate(1000, 100_000);

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final Host host;
  private final NatTraversal traversal;
  private final Map<String, ?> introduction;

  PublicNode(String ip) throws IOException {
    String tcp = "/ip4/" + ip + "/tcp/" + PORT;
    String quic = "/ip4/" + ip + "/udp/" + PORT + "/quic-v1";
    SecureRandom random = new SecureRandom();
    host =
        Host.builder(PrivateKey.generate(random))
            .io(io)
            .listen(Multiaddr.parse(tcp))
            .listen(Multiaddr.parse(quic))
            .inboundRate(ANY.perSecond(), ANY.burst())
            .publicNetworks(LabNode.networks())
            .build();
    RelayLimits limits =
        new RelayLimits(
            1024,
            1024,
            Duration.ofHours(1),
            1024,
            1024,
            new CircuitLimit(Duration.ofMinutes(2), 1 << 20),
            ANY,
            ANY,
            Duration.ofSeconds(20));
    traversal =
        new NatTraversal(
            host,
            NatOptions.defaults()
                .declared(Standing.PUBLIC)
                .relaying(limits)
                .serving(Optional.of(serving())),
            max -> io.group().next().newSucceededFuture(List.of()),
            random);
    LabNode.await(host.start());
    traversal.open();
    introduction =
        Map.of(
            "tcp", tcp + "/p2p/" + host.peerId(),
            "quic", quic + "/p2p/" + host.peerId());
  }

  /** Without rates, and not patient with what NATs drop: nothing is far away here. */
  private static AutoNatLimits serving() {
    AutoNatLimits usual = AutoNatLimits.defaults();
    return new AutoNatLimits(
        ANY,
        ANY,
        ANY,
        usual.maxAtOnce(),
        usual.request(),
        Duration.ofSeconds(3),
        usual.dialBack(),
        usual.minDataBytes(),
        usual.maxDataBytes());
  }

  @Override
  public Map<String, ?> introduction() {
    return introduction;
  }

  /** Takes {@code usage}, which answers the {@code relayedBytes} so far. */
  @Override
  public Map<String, ?> carryOut(String... words) throws IOException {
    if (!words[0].equals("usage")) {
      throw new IOException("unknown command " + words[0]);
    }
    return Map.of(
        "relayedBytes", traversal.status().relay().map(RelayUsage::relayedBytes).orElse(0L));
  }

  @Override
  public void close() {
    traversal.close();
    host.close();
    io.close();
  }
}
