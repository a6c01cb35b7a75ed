package io.tributary.bench.relay;

import io.tributary.bench.process.WorkerLoop;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.ResourceLimits;
import io.tributary.libp2p.limits.ScopeLimit;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.CircuitLimit;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.relay.RelayServer;
import io.tributary.libp2p.relay.RelayUsage;
import io.tributary.libp2p.transport.IoEngine;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program of the measured relay, which ends when its stdin does.
 *
 * <ul>
 *   <li>{@code usage} answers {@code reservations}, {@code circuits} and {@code relayedBytes}
 *   <li>{@code memory} collects garbage and answers {@code heapBytes} and {@code residentBytes}
 * </ul>
 */
final class RelayMain {

  /** More than any run wants. */
  private static final int PLENTY = 1_000_000;

  private static final int CONNECTIONS = 8192;

  private RelayMain() {}

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    try (IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
        Host host =
            Host.builder(key)
                .io(io)
                .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
                .inboundRate(PLENTY, PLENTY)
                .limits(limits())
                .build()) {
      host.start().sync();
      RelayServer relay = new RelayServer(host, relayLimits());
      relay.open();
      Multiaddr address = host.listenAddresses().iterator().next().withPeerId(host.peerId());
      loop.run(
          Map.of("address", address.toString()),
          (command, words) ->
              switch (command) {
                case "usage" -> usage(relay.usage());
                case "memory" -> memory();
                default -> throw new IllegalArgumentException("a relay knows no " + command);
              });
    }
  }

  private static ResourceLimits limits() {
    ResourceLimits usual = ResourceLimits.defaults();
    return new ResourceLimits(
        new ScopeLimit(CONNECTIONS, CONNECTIONS, 65_536, 65_536),
        usual.perPeer(),
        usual.perProtocol(),
        usual.perPeerAndProtocol(),
        usual.protocols(),
        usual.pendingInbound(),
        usual.pendingDials(),
        CONNECTIONS,
        CONNECTIONS);
  }

  private static RelayLimits relayLimits() {
    Rate any = new Rate(PLENTY, PLENTY);
    return new RelayLimits(
        CONNECTIONS,
        CONNECTIONS,
        Duration.ofHours(1),
        1024,
        64,
        CircuitLimit.NONE,
        any,
        any,
        Duration.ofSeconds(20));
  }

  private static Map<String, ?> usage(RelayUsage usage) {
    return Map.of(
        "reservations", usage.reservations(),
        "circuits", usage.circuits(),
        "relayedBytes", usage.relayedBytes());
  }

  private static Map<String, ?> memory() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100); // what cleaners free is freed by their thread
    }
    return Map.of(
        "heapBytes", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        "residentBytes", residentBytes());
  }

  private static long residentBytes() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }
}
