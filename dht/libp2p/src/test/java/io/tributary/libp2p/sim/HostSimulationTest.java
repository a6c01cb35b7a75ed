package io.tributary.libp2p.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.hostile.CountingMetrics;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.metrics.HostUsage;
import io.tributary.libp2p.muxer.MuxerMemory;
import io.tributary.libp2p.ping.PingService;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three hosts on a bad network while a seeded dice decides what their applications do. Whatever
 * happens, bytes that arrive are a prefix of those sent, every stream ends once for each side, and
 * at the end nothing is left.
 */
class HostSimulationTest {
  private static final int STEPS = 120;
  private static final int HOSTS = 3;
  private static final String PROTOCOL = "/sim/1.0.0";
  private static final String MISSING = "/missing/1.0.0";
  private static final int TAG_BYTES = Long.BYTES;

  /** What was reported in all simulations. */
  private static final Map<String, Integer> SEEN = new TreeMap<>();

  static LongStream seeds() {
    return LongStream.range(0, Integer.getInteger("sim.seeds", 30));
  }

  private static final class World {
    final long seed;
    final Simulation simulation;
    final SplittableRandom dice;
    final SimulatedHosts simulated;
    final List<Host> hosts = new ArrayList<>();
    final List<CountingMetrics> metrics = new ArrayList<>();
    final List<PingService> pings = new ArrayList<>();
    final Map<Long, Endpoint> openers = new HashMap<>();
    final List<Endpoint> acceptors = new ArrayList<>();
    long nextTag = 1;

    World(long seed) {
      this.seed = seed;
      simulation = new Simulation(seed);
      dice = simulation.dice();
      simulated = new SimulatedHosts(simulation);
      for (int i = 0; i < HOSTS; i++) {
        hosts.add(host());
      }
    }

    private Host host() {
      CountingMetrics counts = new CountingMetrics();
      metrics.add(counts);
      Host host = simulated.add(builder -> builder.metrics(counts));
      host.handle(
          PROTOCOL,
          stream -> {
            Endpoint endpoint = new Endpoint(stream);
            acceptors.add(endpoint);
            return endpoint;
          });
      pings.add(new PingService(host));
      return host;
    }

    void act() {
      int from = dice.nextInt(HOSTS);
      int to = (from + 1 + dice.nextInt(HOSTS - 1)) % HOSTS;
      switch (dice.nextInt(16)) {
        case 0 -> connect(from, to);
        case 1, 2 -> open(from, to);
        case 3 -> end(from);
        case 4 -> {
          if (dice.nextInt(4) == 0) {
            simulation.network().breakOne();
          }
        }
        case 5 -> any().ifPresent(each -> each.stream.autoRead(dice.nextBoolean()));
        case 6 -> any().ifPresent(each -> each.creditsLater(dice.nextBoolean()));
        case 7 -> any().ifPresent(Endpoint::credit);
        case 8 -> any().ifPresent(Endpoint::closeWrite);
        case 9 -> {
          if (dice.nextInt(3) == 0) {
            any().ifPresent(each -> each.stream.reset(dice.nextInt(5)));
          }
        }
        case 10 -> hosts.get(from).connections().forEach(each -> pings.get(from).ping(each));
        default -> any().ifPresent(this::write);
      }
      simulation.run(Duration.ofNanos(dice.nextLong(10_000_000)));
    }

    private void connect(int from, int to) {
      Future<Connection> connecting = simulated.connect(from, to);
      if (dice.nextInt(4) == 0) {
        simulation.run(Duration.ofNanos(dice.nextLong(10_000_000)));
        connecting.cancel(false);
      }
    }

    private void open(int from, int to) {
      long tag = nextTag++;
      List<String> protocols =
          switch (dice.nextInt(4)) {
            case 0 -> List.of(MISSING, PROTOCOL);
            case 1 -> List.of(MISSING);
            default -> List.of(PROTOCOL);
          };
      hosts
          .get(from)
          .newStream(hosts.get(to).peerId(), List.of(SimulatedHosts.address(to)), protocols)
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  Endpoint endpoint = new Endpoint(opened.getNow());
                  openers.put(tag, endpoint);
                  endpoint.write(ByteBuffer.allocate(TAG_BYTES).putLong(tag).array());
                  endpoint.stream.handler(endpoint);
                }
              });
    }

    private void end(int from) {
      List<Connection> all = hosts.get(from).connections();
      if (!all.isEmpty()) {
        Connection connection = all.get(dice.nextInt(all.size()));
        if (dice.nextInt(3) == 0) {
          connection.close();
        } else {
          connection.closeGracefully();
        }
      }
    }

    private java.util.Optional<Endpoint> any() {
      List<Endpoint> all = new ArrayList<>(openers.values());
      all.addAll(acceptors);
      return all.isEmpty()
          ? java.util.Optional.empty()
          : java.util.Optional.of(all.get(dice.nextInt(all.size())));
    }

    private void write(Endpoint endpoint) {
      byte[] bytes = new byte[dice.nextInt(6) == 0 ? dice.nextInt(200_000) : dice.nextInt(3_000)];
      dice.nextBytes(bytes);
      endpoint.write(bytes);
    }

    /** Everybody reads on and says goodbye. */
    void calmDown() {
      simulation.network().lossPerThousand(0);
      for (int round = 0; round < 3; round++) {
        List<Endpoint> all = new ArrayList<>(openers.values());
        all.addAll(acceptors);
        for (Endpoint each : all) {
          each.creditsLater(false);
          each.credit();
          each.stream.autoRead(true);
          each.closeWrite();
        }
        simulation.run(Duration.ofSeconds(5));
      }
      simulation.run(Duration.ofSeconds(60));
    }

    void stop() {
      simulated.stop();
      simulation.run(Duration.ofMinutes(2));
    }

    void check() {
      List<Endpoint> all = new ArrayList<>(openers.values());
      all.addAll(acceptors);
      for (Endpoint each : all) {
        assertThat(each.ends).as("ends %s, seed %d", each.events, seed).isEqualTo(1);
      }
      for (Endpoint acceptor : acceptors) {
        byte[] got = acceptor.received.toByteArray();
        if (got.length >= TAG_BYTES) {
          Endpoint opener =
              requireNonNull(
                  openers.get(ByteBuffer.wrap(got).getLong()), "who opened it, seed " + seed);
          checkBytes(opener, acceptor);
          checkBytes(acceptor, opener);
        }
      }
      for (int i = 0; i < HOSTS; i++) {
        checkNothingIsLeft(hosts.get(i), metrics.get(i));
      }
      assertThat(simulation.network().openLinks()).as("links, seed %d", seed).isZero();
      assertThat(simulation.allocator().metric().usedDirectMemory())
          .as("direct bytes leaked, seed %d", seed)
          .isZero();
      assertThat(simulation.allocator().metric().usedHeapMemory())
          .as("heap bytes leaked, seed %d", seed)
          .isZero();
    }

    private void checkBytes(Endpoint from, Endpoint to) {
      byte[] sent = from.sent.toByteArray();
      byte[] got = to.received.toByteArray();
      assertThat(got.length).as("bytes, seed %d", seed).isLessThanOrEqualTo(sent.length);
      assertThat(got)
          .as("a prefix of what was sent, seed %d", seed)
          .isEqualTo(Arrays.copyOf(sent, got.length));
      if (to.events.contains("end")) {
        assertThat(got.length).as("all that was sent, seed %d", seed).isEqualTo(sent.length);
      }
    }

    private void checkNothingIsLeft(Host host, CountingMetrics counts) {
      for (Resource resource : Resource.values()) {
        assertThat(host.resources().used(resource)).as("%s, seed %d", resource, seed).isZero();
        for (Host other : hosts) {
          assertThat(host.resources().used(other.peerId(), resource))
              .as("%s of a peer, seed %d", resource, seed)
              .isZero();
        }
      }
      HostUsage usage = host.usage();
      MuxerMemory memory = usage.memory();
      assertThat(usage.pendingInbound() + usage.pendingDials()).as("seed %d", seed).isZero();
      assertThat(memory.heldBytes()).as("held, seed %d", seed).isZero();
      assertThat(memory.grownBytes()).as("grown, seed %d", seed).isZero();
      assertThat(memory.queuedBytes()).as("queued, seed %d", seed).isZero();
      assertThat(host.connections()).as("seed %d", seed).isEmpty();
      assertThat(sum(counts, "opened "))
          .as("connections opened and closed, seed %d", seed)
          .isEqualTo(sum(counts, "closed "));
      assertThat(sum(counts, "stream "))
          .as("streams opened and ended, seed %d: %s", seed, counts.all())
          .isEqualTo(sum(counts, "streamEnded "));
    }

    private int sum(CountingMetrics counts, String prefix) {
      return counts.all().entrySet().stream()
          .filter(entry -> entry.getKey().startsWith(prefix))
          .mapToInt(Map.Entry::getValue)
          .sum();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyCourseOfEvents_keepsThePromises(long seed) {
    World world = new World(seed);
    world.simulation.network().maxDelayNanos(1 + world.dice.nextLong(20_000_000));
    world.simulation.network().lossPerThousand(world.dice.nextInt(3) == 0 ? 5 : 0);
    for (int step = 0; step < STEPS; step++) {
      world.act();
    }
    world.calmDown();
    world.stop();
    world.check();
    world.metrics.forEach(
        each -> each.all().forEach((name, n) -> SEEN.merge(name, n, Integer::sum)));
    SEEN.merge(
        "transfers to the end",
        (int) world.acceptors.stream().filter(Endpoint::endedInOrder).count(),
        Integer::sum);
  }

  /** A simulation in which nothing ever goes wrong, or right, would prove nothing. */
  @AfterAll
  static void everythingHasHappened() {
    assertThat(SEEN)
        .containsKeys(
            "closed CLOSED_LOCALLY",
            "closed CLOSED_BY_PEER",
            "closed CONNECTION_LOST",
            "closed DUPLICATE",
            "streamEnded " + PROTOCOL + " -",
            "streamEnded " + PROTOCOL + " RESET_BY_PEER",
            "streamEnded " + PROTOCOL + " RESET_BY_CALLER",
            "streamEnded " + PROTOCOL + " CONNECTION_CLOSED",
            "streamEnded " + MISSING + " PROTOCOL_UNSUPPORTED",
            "transfers to the end");
    assertThat(SEEN.get("transfers to the end")).isGreaterThan(10);
  }
}
