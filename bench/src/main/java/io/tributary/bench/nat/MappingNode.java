package io.tributary.bench.nat;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.portmap.GatewayDoors;
import io.tributary.libp2p.portmap.MapProtocol;
import io.tributary.libp2p.portmap.PortMapOptions;
import io.tributary.libp2p.portmap.PortMapStatus;
import io.tributary.libp2p.portmap.PortMapTimes;
import io.tributary.libp2p.portmap.PortMapping;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host that has its ports mapped, a new one for each {@code map}.
 *
 * <ul>
 *   <li>{@code map PROTOCOL} starts a host that asks the gateway by this protocol only
 *   <li>{@code mapping} answers the {@code verdict}, the {@code protocol}, and the {@code
 *       addresses} at which the host might be reached
 *   <li>{@code end} stops the host, which gives its ports back
 * </ul>
 */
final class MappingNode implements LabNode {
  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private @Nullable Host host;

  @Override
  public Map<String, ?> introduction() {
    return Map.of("ready", true);
  }

  @Override
  public Map<String, ?> carryOut(String... words) throws Exception {
    switch (words[0]) {
      case "map" -> map(MapProtocol.valueOf(words[1]));
      case "mapping" -> {
        return mapping();
      }
      case "end" -> end();
      default -> throw new IOException("unknown command " + words[0]);
    }
    return Map.of();
  }

  private void map(MapProtocol protocol) throws IOException {
    end();
    PortMapOptions usual = PortMapOptions.defaults();
    PortMapTimes times = usual.times();
    Host made =
        Host.builder(PrivateKey.generate(new SecureRandom()))
            .io(io)
            .listen(Multiaddr.parse("/ip4/0.0.0.0/tcp/0"))
            .listen(Multiaddr.parse("/ip4/0.0.0.0/udp/0/quic-v1"))
            .publicNetworks(LabNode.networks())
            .portMapping(
                new PortMapOptions(
                    List.of(protocol),
                    // The shortest that may be asked for; patient, as a busy machine needs.
                    new PortMapTimes(
                        Duration.ofMinutes(2),
                        times.watch(),
                        PortMapTimes.MIN_PAUSE,
                        times.maxRetry(),
                        Duration.ofSeconds(1),
                        times.attempts(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20)),
                    usual.routes(),
                    GatewayDoors.standard()))
            .build();
    host = made;
    LabNode.await(made.start());
  }

  private Map<String, ?> mapping() throws IOException {
    PortMapStatus status = current().portMapping().map(PortMapping::status).orElseThrow();
    return Map.of(
        "verdict",
        status.verdict().name(),
        "protocol",
        status.protocol().map(Enum::name).orElse(""),
        "failure",
        status.failure().map(Enum::name).orElse(""),
        "addresses",
        status.addresses().stream().map(Multiaddr::toString).sorted().toList());
  }

  private Host current() throws IOException {
    if (host == null) {
      throw new IOException("no host has begun");
    }
    return host;
  }

  private void end() {
    Host ended = host;
    host = null;
    if (ended != null) {
      ended.close();
    }
  }

  @Override
  public void close() {
    end();
    io.close();
  }
}
