package io.tributary.bench.sim;

import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A machine in a {@link Simulation}: it has a place, a clock, randomness, connections, and lives or
 * is dead. What runs on it is attached to networks.
 *
 * <p>A node that is killed loses its timers, connections and endpoints; after {@link #restart} what
 * is to run on it is attached anew.
 */
public final class SimNode {

  /** Connections a node keeps, about; a new one may end an older one. */
  public static final int CONNECTIONS = 256;

  private static final long NOBODY = -1;

  private final Simulation simulation;
  private final int index;
  private final int region;
  private final SplittableRandom random;
  private final long[] connections = new long[CONNECTIONS];
  private boolean reachable;
  private boolean alive = true;
  private int life;
  private Timekeeper timekeeper;
  private long sentBytes;
  private long receivedBytes;
  private long sentMessages;
  private long receivedMessages;

  SimNode(
      Simulation simulation, int index, int region, boolean reachable, SplittableRandom random) {
    this.simulation = simulation;
    this.index = index;
    this.region = region;
    this.reachable = reachable;
    this.random = random;
    this.timekeeper = new NodeTime(0);
    Arrays.fill(connections, NOBODY);
  }

  /** Its number, from 0. */
  public int index() {
    return index;
  }

  /** Its row in the latency matrix. */
  public int region() {
    return region;
  }

  /** Whether strangers can dial it. */
  public boolean isReachable() {
    return reachable;
  }

  /** Puts it behind a NAT, or before it. */
  public void reachable(boolean value) {
    this.reachable = value;
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return alive;
  }

  /** Clock and timers of its present life; timers die with it. */
  public Timekeeper timekeeper() {
    return timekeeper;
  }

  /** Its own randomness. */
  public SplittableRandom random() {
    return random;
  }

  /** Ends it at once. */
  public void kill() {
    alive = false;
    life++;
    Arrays.fill(connections, NOBODY);
  }

  /** Lets it live again, with nothing on it. */
  public void restart() {
    if (alive) {
      throw new IllegalStateException("node " + index + " lives");
    }
    alive = true;
    timekeeper = new NodeTime(life);
  }

  int life() {
    return life;
  }

  boolean isConnectedTo(SimNode other) {
    return connections[slot(other)] == other.name()
        && other.connections[other.slot(this)] == name();
  }

  void connect(SimNode other) {
    connections[slot(other)] = other.name();
    other.connections[other.slot(this)] = name();
  }

  private long name() {
    return ((long) index << Integer.SIZE) | life;
  }

  private int slot(SimNode other) {
    return ((other.index * 0x9E3779B9) >>> 24) & (CONNECTIONS - 1);
  }

  void sent(int bytes) {
    sentBytes += bytes;
    sentMessages++;
  }

  void received(int bytes) {
    receivedBytes += bytes;
    receivedMessages++;
  }

  /** Message bytes sent since the beginning, without handshakes and headers of packets. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Message bytes received since the beginning. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Messages sent since the beginning. */
  public long sentMessages() {
    return sentMessages;
  }

  /** Messages received since the beginning. */
  public long receivedMessages() {
    return receivedMessages;
  }

  @Override
  public String toString() {
    return "node " + index;
  }

  private final class NodeTime implements Timekeeper {
    private final int ofLife;

    NodeTime(int ofLife) {
      this.ofLife = ofLife;
    }

    @Override
    public InstantSource clock() {
      return simulation.clock();
    }

    @Override
    public long nanoTime() {
      return simulation.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      return simulation.schedule(
          delay.toNanos(),
          () -> {
            if (alive && life == ofLife) {
              task.run();
            }
          });
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      after(Duration.ZERO, task);
    }
  }
}
