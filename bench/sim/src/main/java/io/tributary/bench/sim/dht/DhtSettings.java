package io.tributary.bench.sim.dht;

import java.time.Duration;

/**
 * What a {@link DhtSimulation} is to run.
 *
 * @param nodes at a time, sybils and unreachable ones among them
 * @param duration how long after all have joined
 * @param lookups of provided content, spread over that time
 * @param seed of all randomness
 * @param churnPerHour the share of nodes that leave per hour; as many others join
 * @param loss the share of messages that are lost
 * @param unreachable the share of nodes behind NATs, which are clients
 * @param sybils the share of nodes that answer with each other
 */
public record DhtSettings(
    int nodes,
    Duration duration,
    int lookups,
    long seed,
    double churnPerHour,
    double loss,
    double unreachable,
    double sybils) {

  /** The fewest nodes that make a network. */
  public static final int MIN_NODES = 10;

  /** The most nodes that the memory of one machine is planned for. */
  public static final int MAX_NODES = 100_000;

  public DhtSettings {
    require(nodes >= MIN_NODES && nodes <= MAX_NODES, "nodes", nodes, MIN_NODES + ".." + MAX_NODES);
    require(!duration.isNegative() && !duration.isZero(), "duration", duration, "positive");
    require(lookups >= 1, "lookups", lookups, "1 or more");
    require(churnPerHour >= 0 && churnPerHour <= 10, "churn", churnPerHour, "0..10");
    require(loss >= 0 && loss < 1, "loss", loss, "0..1");
    require(unreachable >= 0 && unreachable <= 0.9, "unreachable", unreachable, "0..0.9");
    require(sybils >= 0 && sybils <= 0.9, "sybils", sybils, "0..0.9");
    require(unreachable + sybils <= 0.95, "unreachable + sybils", unreachable + sybils, "0..0.95");
  }

  private static void require(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", allowed is " + range);
    }
  }

  /** A calm network of some nodes, for an hour. */
  public static DhtSettings calm(int nodes, int lookups, long seed) {
    return new DhtSettings(nodes, Duration.ofHours(1), lookups, seed, 0, 0, 0, 0);
  }

  /** The same with churn. */
  public DhtSettings withChurn(double perHour) {
    return new DhtSettings(nodes, duration, lookups, seed, perHour, loss, unreachable, sybils);
  }

  /** The same for another time. */
  public DhtSettings lasting(Duration time) {
    return new DhtSettings(nodes, time, lookups, seed, churnPerHour, loss, unreachable, sybils);
  }

  /** The same with sybils. */
  public DhtSettings withSybils(double share) {
    return new DhtSettings(nodes, duration, lookups, seed, churnPerHour, loss, unreachable, share);
  }

  /** The same with a worse network. */
  public DhtSettings withLoss(double lost, double natted) {
    return new DhtSettings(nodes, duration, lookups, seed, churnPerHour, lost, natted, sybils);
  }
}
