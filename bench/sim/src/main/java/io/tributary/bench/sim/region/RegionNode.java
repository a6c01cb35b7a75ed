package io.tributary.bench.sim.region;

import io.tributary.bench.sim.SimNetwork;
import io.tributary.bench.sim.SimNode;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipCodec;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.GossipNetwork;
import io.tributary.region.membership.Membership;
import io.tributary.region.record.MemberKey;
import java.time.Duration;
import java.util.function.Consumer;

/** A simulated machine with the membership that runs on it. */
final class RegionNode implements SimNetwork.Endpoint<GossipMessage>, GossipNetwork {
  private final RegionWorld world;
  private final SimNode machine;
  private final PrivateKey identity;
  private final long key;
  private Membership membership;
  private int half;
  private long snapshotBytes;
  private long wakesAtNanos;

  RegionNode(RegionWorld world, SimNode machine, PrivateKey identity) {
    this.world = world;
    this.machine = machine;
    this.identity = identity;
    this.key = MemberKey.of(identity.peerId());
    this.half = machine.index() % 2;
    this.membership = world.newMembership(this);
  }

  SimNode machine() {
    return machine;
  }

  PrivateKey identity() {
    return identity;
  }

  long key() {
    return key;
  }

  Membership membership() {
    return membership;
  }

  /** On which side of a partition it is. */
  int half() {
    return half;
  }

  long snapshotBytes() {
    return snapshotBytes;
  }

  long bytes() {
    return machine.sentBytes() + machine.receivedBytes();
  }

  /** Holds back all it sends and receives for a while, as a machine that stands still. */
  void pause(Duration length) {
    wakesAtNanos = machine.timekeeper().nanoTime() + length.toNanos();
  }

  boolean isPaused() {
    return machine.timekeeper().nanoTime() < wakesAtNanos;
  }

  private void onWaking(Runnable task) {
    long wait = wakesAtNanos - machine.timekeeper().nanoTime();
    machine.timekeeper().after(Duration.ofNanos(wait), task);
  }

  @Override
  public void send(Contact to, GossipMessage message, Runnable undeliverable) {
    if (isPaused()) {
      onWaking(() -> send(to, message, undeliverable));
      return;
    }
    RegionNode target = world.find(to.peer());
    if (!target.machine.isAlive() || world.isCut(this, target)) {
      machine.timekeeper().after(world.dialTimeout(), undeliverable);
      return;
    }
    world.network().tell(machine, target.machine, message);
  }

  @Override
  public void onTell(SimNode from, GossipMessage message) {
    if (isPaused()) {
      onWaking(() -> onTell(from, message));
      return;
    }
    if (message instanceof GossipMessage.Snapshot) {
      snapshotBytes += GossipCodec.framedBytes(message);
    }
    membership.receive(world.node(from.index()).identity.peerId(), message);
  }

  @Override
  public void onAsk(SimNode from, GossipMessage request, Consumer<GossipMessage> reply) {
    throw new IllegalStateException("gossip asks nothing: " + request);
  }
}
