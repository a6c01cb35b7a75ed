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
 * @param attack what sybils do besides against single keys
 */
public record DhtSettings(
    int nodes,
    Duration duration,
    int lookups,
    long seed,
    double churnPerHour,
    double loss,
    double unreachable,
    double sybils,
    Attack attack) {

  /**
   * Sybils, besides the others, that have chosen ids nearer to some contents than those of all
   * honest nodes, before these were announced.
   *
   * @param contents how many contents are attacked
   * @param perContent how many sybils sit at each
   * @param blocks in how many blocks of 2^16 addresses all of them are
   */
  public record Attack(int contents, int perContent, int blocks) {

    private static final int MAX_BLOCKS = Directory.BLOCKS / 2;

    /** None at all. */
    public static final Attack NONE = new Attack(0, 0, 1);

    public Attack {
      require(contents >= 0 && contents <= 1_000, "attacked", contents, "0..1000");
      require(perContent >= 0 && perContent <= 200, "ground", perContent, "0..200");
      require(blocks >= 1 && blocks <= MAX_BLOCKS, "blocks", blocks, "1.." + MAX_BLOCKS);
    }
  }

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
    return new DhtSettings(nodes, Duration.ofHours(1), lookups, seed, 0, 0, 0, 0, Attack.NONE);
  }

  /** The same with churn. */
  public DhtSettings withChurn(double perHour) {
    return new DhtSettings(
        nodes, duration, lookups, seed, perHour, loss, unreachable, sybils, attack);
  }

  /** The same for another time. */
  public DhtSettings lasting(Duration time) {
    return new DhtSettings(
        nodes, time, lookups, seed, churnPerHour, loss, unreachable, sybils, attack);
  }

  /** The same with sybils. */
  public DhtSettings withSybils(double share) {
    return new DhtSettings(
        nodes, duration, lookups, seed, churnPerHour, loss, unreachable, share, attack);
  }

  /** The same with a worse network. */
  public DhtSettings withLoss(double lost, double natted) {
    return new DhtSettings(
        nodes, duration, lookups, seed, churnPerHour, lost, natted, sybils, attack);
  }

  /** The same with sybils at some contents. */
  public DhtSettings withAttack(Attack other) {
    return new DhtSettings(
        nodes, duration, lookups, seed, churnPerHour, loss, unreachable, sybils, other);
  }
}
