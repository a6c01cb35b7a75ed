package io.tributary.bench.sim.region;

import io.tributary.bench.sim.Conditions;
import io.tributary.bench.sim.LatencyMatrix;
import io.tributary.bench.sim.SimNetwork;
import io.tributary.bench.sim.SimNode;
import io.tributary.bench.sim.Simulation;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipCodec;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.membership.Membership;
import io.tributary.region.membership.MembershipSettings;
import io.tributary.region.membership.RegionDirectory;
import io.tributary.region.membership.Self;
import io.tributary.region.record.CacherOffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The simulated region: its nodes, the network between them, and a directory that knows some. */
final class RegionWorld {
  /** The regions of a continent, in which members live. */
  private static final List<Region> REGIONS =
      List.of(
          new Region("eu-west-1"),
          new Region("eu-west-2"),
          new Region("eu-north-1"),
          new Region("eu-south-1"),
          new Region("eu-east-1"));

  private static final int[][] ONE_WAY_MILLIS = {
    {3, 6, 15, 18, 20},
    {6, 3, 18, 14, 22},
    {15, 18, 3, 25, 14},
    {18, 14, 25, 3, 20},
    {20, 22, 14, 20, 3}
  };

  private static final int DIRECTORY_ANSWERS = 8;
  private static final Duration DIRECTORY_TAKES = Duration.ofSeconds(1);

  private final Simulation simulation;
  private final SimNetwork<GossipMessage> network;
  private final SplittableRandom random;
  private final List<RegionNode> nodes = new ArrayList<>();
  private final Map<PeerId, RegionNode> byPeer = new HashMap<>();
  private boolean cut;
  private long suspicions;

  RegionWorld(RegionScenario scenario) {
    LatencyMatrix latency =
        new LatencyMatrix(REGIONS.stream().map(Region::name).toList(), ONE_WAY_MILLIS);
    this.simulation =
        new Simulation(
            scenario.seed(),
            new Conditions(latency, 0.2, scenario.loss(), Duration.ofSeconds(5), 3));
    this.network = new SimNetwork<>(simulation, GossipCodec::framedBytes);
    this.random = simulation.newRandom();
  }

  private final RegionMetrics metrics =
      new RegionMetrics() {
        @Override
        public void memberSuspected() {
          suspicions++;
        }
      };

  /** How often any node has begun to suspect any member. */
  long suspicions() {
    return suspicions;
  }

  Simulation simulation() {
    return simulation;
  }

  SimNetwork<GossipMessage> network() {
    return network;
  }

  SplittableRandom random() {
    return random;
  }

  List<RegionNode> nodes() {
    return nodes;
  }

  RegionNode node(int index) {
    return nodes.get(index);
  }

  RegionNode find(PeerId peer) {
    return Objects.requireNonNull(byPeer.get(peer), "every peer of the simulation is known");
  }

  Duration dialTimeout() {
    return simulation.conditions().dialTimeout();
  }

  /** Cuts the region in two halves, or joins them. */
  void cut(boolean value) {
    this.cut = value;
  }

  boolean isCut(RegionNode from, RegionNode to) {
    return cut && from.half() != to.half();
  }

  /** Adds a node, whose membership has not started. */
  RegionNode add() {
    int region = random.nextInt(REGIONS.size());
    SimNode machine = simulation.addNode(region, true);
    byte[] seed = ByteBuffer.allocate(32).putLong(random.nextLong()).array();
    RegionNode node = new RegionNode(this, machine, PrivateKey.ofEd25519Seed(seed));
    nodes.add(node);
    byPeer.put(node.identity().peerId(), node);
    network.attach(machine, node);
    return node;
  }

  Membership newMembership(RegionNode node) {
    int number = node.machine().index();
    CacherOffer offer =
        new CacherOffer(
            (1L << 40) * (1 + random.nextInt(20)),
            PricePerGib.of(1_000_000_000_000L + random.nextInt(1_000_000)),
            EvmAddress.of(ByteBuffer.allocate(20).putInt(16, number + 1).array()),
            List.of("/tributary/exchange/1.0.0", "/tributary/region/1.0.0"));
    String ip = "11." + (number >> 10) + "." + (number >> 2 & 255) + "." + (1 + (number & 3));
    List<Multiaddr> addresses =
        List.of(
            Multiaddr.parse("/ip4/" + ip + "/udp/4001/quic-v1"),
            Multiaddr.parse("/ip4/" + ip + "/tcp/4001"));
    Region region = REGIONS.get(node.machine().region());
    return new Membership(
        region,
        Optional.of(new Self(node.identity(), region, () -> offer, () -> addresses)),
        MembershipSettings.defaults(),
        node,
        new Directory(node),
        node.machine().timekeeper(),
        metrics,
        node.machine().random().split());
  }

  /** Any live node but one. */
  RegionNode any(RegionNode but) {
    while (true) {
      RegionNode candidate = nodes.get(random.nextInt(nodes.size()));
      if (candidate != but && candidate.machine().isAlive()) {
        return candidate;
      }
    }
  }

  /** Names a few members, as a lookup in the DHT would. */
  private final class Directory implements RegionDirectory {
    private final RegionNode of;

    Directory(RegionNode of) {
      this.of = of;
    }

    @Override
    public void find(Region region, Consumer<List<Contact>> found) {
      List<Contact> some = new ArrayList<>();
      for (int i = 0; i < DIRECTORY_ANSWERS; i++) {
        RegionNode other = any(of);
        if (!isCut(of, other)) {
          some.add(new Contact(other.identity().peerId(), List.of()));
        }
      }
      of.machine().timekeeper().after(DIRECTORY_TAKES, () -> found.accept(some));
    }

    @Override
    public void announce(Region region) {}
  }
}
