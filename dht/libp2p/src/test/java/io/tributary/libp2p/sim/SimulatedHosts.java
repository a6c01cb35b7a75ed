package io.tributary.libp2p.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.dial.NameResolver;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The hosts of a simulation, each with an address of its own. */
public final class SimulatedHosts {
  private final Simulation simulation;
  private final List<Host> hosts = new ArrayList<>();

  public SimulatedHosts(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Adds a host; its key follows from the simulation's seed. */
  public Host add(UnaryOperator<HostBuilder> customize) {
    int index = hosts.size();
    byte[] keySeed = new byte[32];
    simulation.dice().nextBytes(keySeed);
    PrivateKey key = PrivateKey.ofEd25519Seed(keySeed);
    Multiaddr dialsFrom = Multiaddr.parse("/ip4/10.0.0." + index + "/tcp/999");
    Host host =
        customize
            .apply(
                Host.builder(key)
                    .io(simulation.io())
                    .clock(simulation.clock())
                    .transport(io -> new MemoryTransport(simulation, dialsFrom))
                    .listen(address(index))
                    .security(new NoiseProtocol(key))
                    .resolver(io -> new NoNames())
                    .inboundRate(1000, 1000))
            .build();
    hosts.add(host);
    Future<Void> started = host.start();
    simulation.run(Duration.ofMillis(1));
    assertThat(started.isSuccess()).isTrue();
    return host;
  }

  /** All hosts. */
  public List<Host> all() {
    return hosts;
  }

  /** Where the host with a number listens. */
  public static Multiaddr address(int index) {
    return Multiaddr.parse("/ip4/10.0.0." + index + "/tcp/1");
  }

  /** Begins to connect one host to another. */
  public Future<Connection> connect(int from, int to) {
    return hosts.get(from).connect(hosts.get(to).peerId(), List.of(address(to)));
  }

  /** Stops them all. */
  public void stop() {
    for (Host host : hosts) {
      Future<?> stopped = host.stop();
      simulation.run(Duration.ofSeconds(10));
      assertThat(stopped.isSuccess()).as("stopped").isTrue();
    }
  }

  private static final class NoNames implements NameResolver {
    @Override
    public Future<List<Multiaddr>> resolve(Multiaddr address) {
      throw new AssertionError("no names here");
    }

    @Override
    public void close() {}
  }
}
