package io.tributary.bench.sim.region;

import java.time.Duration;

/**
 * What is simulated.
 *
 * @param members how many members the region has, at least 20
 * @param seed of all chance
 * @param loss the share of messages that are lost, 0 to less than 1
 * @param warmUp how long the region runs before anything is measured
 * @param steady how long the usual traffic is measured
 * @param changes how many changes are followed
 * @param joiners how many newcomers are measured
 * @param partitioned how long the region is cut in two
 * @param partitionMembers how many members the region has that is cut, if the region itself has
 *     more
 * @param flood how long one member issues a record after the other
 */
public record RegionScenario(
    int members,
    long seed,
    double loss,
    Duration warmUp,
    Duration steady,
    int changes,
    int joiners,
    Duration partitioned,
    int partitionMembers,
    Duration flood) {

  /** Checks the values. */
  public RegionScenario {
    if (members < 20) {
      throw new IllegalArgumentException("a region of at least 20 members, not " + members);
    }
    if (!(loss >= 0 && loss < 1)) {
      throw new IllegalArgumentException("loss " + loss + " is outside 0..1");
    }
  }

  /** The usual one. */
  public static RegionScenario of(int members, long seed) {
    return new RegionScenario(
        members,
        seed,
        0.005,
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        5,
        5,
        Duration.ofSeconds(120),
        1000,
        Duration.ofSeconds(30));
  }

  /** A region of at most so many members, in a network that loses more messages. */
  RegionScenario inHardTimes(int atMost, double lost) {
    return new RegionScenario(
        Math.min(members, atMost),
        seed,
        lost,
        warmUp,
        steady,
        changes,
        joiners,
        partitioned,
        partitionMembers,
        flood);
  }

  /** The same with another bound of the region that is cut. */
  public RegionScenario withPartitionOf(int number) {
    return new RegionScenario(
        members, seed, loss, warmUp, steady, changes, joiners, partitioned, number, flood);
  }

  /** The same for another number of members. */
  RegionScenario withMembers(int number) {
    return new RegionScenario(
        number, seed, loss, warmUp, steady, changes, joiners, partitioned, partitionMembers, flood);
  }
}
