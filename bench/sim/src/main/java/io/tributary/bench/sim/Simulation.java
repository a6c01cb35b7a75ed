package io.tributary.bench.sim;

import io.tributary.bench.sim.EventQueue.Event;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Virtual time, and the nodes that live in it.
 *
 * <p>Everything happens on the thread that calls {@link #runFor}, one event after the other; time
 * jumps from event to event. The same seed and the same calls give the same run, event by event,
 * which {@link #traceHash} proves. Not thread-safe.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(seed, Conditions.fair());
 * SimNetwork<Gossip> network = new SimNetwork<>(simulation, Gossip::bytes);
 * SimNode node = simulation.addNode(region, true);
 * network.attach(node, endpoint);        // endpoint runs on node.timekeeper(), node.random()
 * simulation.runFor(Duration.ofMinutes(60));
 * }</pre>
 */
public final class Simulation {

  /** When every simulation begins. */
  public static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final Conditions conditions;
  private final EventQueue queue = new EventQueue();
  private final List<SimNode> nodes = new ArrayList<>();
  private final InstantSource clock = () -> BEGINNING.plusNanos(nanoTime());
  private long nowNanos;
  private long events;
  private long trace = 1;

  /** A simulation without nodes, at {@link #BEGINNING}. */
  public Simulation(long seed, Conditions conditions) {
    this.random = new SplittableRandom(seed);
    this.conditions = conditions;
  }

  /**
   * Adds a node, which is alive.
   *
   * @param region a row of the latency matrix
   * @param reachable whether strangers can dial it; one behind a NAT is spoken to only by those it
   *     is connected to
   */
  public SimNode addNode(int region, boolean reachable) {
    if (region < 0 || region >= conditions.latency().regions()) {
      throw new IllegalArgumentException("region " + region);
    }
    SimNode node = new SimNode(this, nodes.size(), region, reachable, random.split());
    nodes.add(node);
    return node;
  }

  /** All nodes, the dead ones too, in the order of their addition. */
  public List<SimNode> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /** What the network is like. */
  public Conditions conditions() {
    return conditions;
  }

  /** New randomness, independent of all other. */
  public SplittableRandom newRandom() {
    return random.split();
  }

  /** The time of day. */
  public InstantSource clock() {
    return clock;
  }

  /** Nanoseconds since the beginning. */
  public long nanoTime() {
    return nowNanos;
  }

  /** Runs a task after a delay; for what happens to nodes. Their own timers are at the node. */
  public Timekeeper.Timer after(Duration delay, Runnable task) {
    return schedule(delay.toNanos(), task);
  }

  Event schedule(long delayNanos, Runnable task) {
    return queue.add(nowNanos + Math.max(0, delayNanos), task);
  }

  /** Lets time pass. */
  public void runFor(Duration time) {
    long end = nowNanos + time.toNanos();
    for (Optional<Event> next = queue.peek();
        next.isPresent() && next.get().atNanos <= end;
        next = queue.peek()) {
      run(next.get());
    }
    nowNanos = end;
  }

  /** Lets the next thing happen; returns whether there was one. */
  public boolean step() {
    Optional<Event> next = queue.peek();
    next.ifPresent(this::run);
    return next.isPresent();
  }

  private void run(Event event) {
    queue.remove(event);
    nowNanos = event.atNanos;
    events++;
    event.task.run();
  }

  /** How many things have happened. */
  public long events() {
    return events;
  }

  /** How many things are still to happen. */
  public int pendingEvents() {
    return queue.size();
  }

  /** A hash of all messages delivered so far: when, from whom, to whom, how long. */
  public long traceHash() {
    return trace;
  }

  void trace(SimNode from, SimNode to, int bytes) {
    long mixed = trace ^ nowNanos;
    mixed = mixed * 0x9E3779B97F4A7C15L + from.index();
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L + to.index();
    trace = (mixed ^ (mixed >>> 32)) * 0x94D049BB133111EBL + bytes;
  }
}
