package io.tributary.region.membership;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.TestMembers;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipCodec;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.MemberKey;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** A few nodes in virtual time, whose messages go through the codec, may get lost and be cut. */
final class TestRegion {
  static final Duration DELAY = Duration.ofMillis(30);

  final TestTime time = new TestTime();
  final List<Node> nodes = new ArrayList<>();
  final Map<Refusal, Integer> refusals = new EnumMap<>(Refusal.class);
  private final Map<PeerId, Node> byPeer = new HashMap<>();
  private final SplittableRandom random;
  private final GossipCodec codec;
  private double loss;
  private BiPredicate<Node, Node> cut = (from, to) -> false;

  private final RegionMetrics metrics =
      new RegionMetrics() {
        @Override
        public void refused(Refusal reason) {
          refusals.merge(reason, 1, Integer::sum);
        }
      };

  TestRegion(long seed) {
    this.random = new SplittableRandom(seed);
    this.codec = new GossipCodec(new RecordRules(time.clock(), AddressScope.PUBLIC, metrics));
  }

  /** One node; its address and offer come from its number. */
  final class Node {
    final int number;
    final PrivateKey identity;
    final long key;
    final Region region;
    Membership membership;
    boolean alive = true;
    long capacityBytes = 1L << 40;
    long receivedBytes;
    long snapshotBytes;
    private int life;

    Node(int number, Region region, boolean cacher) {
      this.number = number;
      this.region = region;
      this.identity = TestMembers.key(number);
      this.key = MemberKey.of(identity.peerId());
      this.membership = newMembership(cacher);
    }

    private Membership newMembership(boolean cacher) {
      int thisLife = life;
      return new Membership(
          region,
          cacher
              ? Optional.of(
                  new Self(
                      identity,
                      region,
                      () -> TestMembers.offer(capacityBytes),
                      () -> List.of(TestMembers.address(number))))
              : Optional.empty(),
          MembershipSettings.defaults(),
          (to, message, undeliverable) -> {
            if (alive && life == thisLife) {
              send(this, to, message, undeliverable);
            }
          },
          new RegionDirectory() {
            @Override
            public void find(Region wanted, Consumer<List<Contact>> found) {
              List<Contact> some = new ArrayList<>();
              for (Node node : nodes) {
                if (node.alive && !cut.test(Node.this, node)) {
                  some.add(new Contact(node.identity.peerId(), List.of()));
                }
              }
              Collections.reverse(some);
              time.after(DELAY, () -> found.accept(some));
            }

            @Override
            public void announce(Region announced) {}
          },
          time,
          metrics,
          random.split());
    }

    void crash() {
      alive = false;
      life++;
      membership.stop();
    }

    void restart() {
      alive = true;
      membership = newMembership(true);
      membership.start();
    }

    boolean knows(Node other) {
      return membership.isMember(other.key);
    }
  }

  private void send(Node from, Contact to, GossipMessage message, Runnable undeliverable) {
    Node target = byPeer.get(to.peer());
    if (target == null || !target.alive || cut.test(from, target)) {
      time.after(Duration.ofSeconds(5), undeliverable);
      return;
    }
    if (random.nextDouble() < loss) {
      return;
    }
    byte[] bytes = GossipCodec.encode(message);
    time.after(
        DELAY,
        () -> {
          if (target.alive) {
            target.receivedBytes += bytes.length;
            if (message instanceof GossipMessage.Snapshot) {
              target.snapshotBytes += bytes.length;
            }
            target.membership.receive(from.identity.peerId(), codec.decode(bytes));
          }
        });
  }

  Node add(Region region) {
    return add(region, true);
  }

  Node add(Region region, boolean cacher) {
    Node node = new Node(nodes.size(), region, cacher);
    nodes.add(node);
    byPeer.put(node.identity.peerId(), node);
    node.membership.start();
    return node;
  }

  /** A region whose members know each other. */
  static TestRegion of(int members, Region region, long seed) {
    TestRegion made = new TestRegion(seed);
    for (int i = 0; i < members; i++) {
      made.add(region);
      made.time.pass(Duration.ofMillis(200));
    }
    made.time.pass(Duration.ofSeconds(30));
    return made;
  }

  void loss(double share) {
    this.loss = share;
  }

  void cut(BiPredicate<Node, Node> value) {
    this.cut = value;
  }

  void pass(int seconds) {
    time.pass(Duration.ofSeconds(seconds));
  }

  boolean allKnowAll() {
    for (Node node : nodes) {
      for (Node other : nodes) {
        if (node.alive && other.alive && !node.knows(other)) {
          return false;
        }
      }
    }
    return true;
  }
}
