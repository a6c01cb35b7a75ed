package io.tributary.bench.sim.region;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;

/**
 * What a run of {@link RegionSimulation} has measured. Seconds are simulated; bytes are those of
 * encoded gossip messages with their lengths, without handshakes, streams and packets.
 *
 * @param members of the region
 * @param seed of the run
 * @param traceHash the same whenever the same run is repeated
 * @param spread from a change to its being known
 * @param traffic of a node in usual times, with renewals and churn
 * @param coldJoin of newcomers
 * @param crash from a crash to its being known, the time to answer for itself included
 * @param hardship what members suffer from a network that loses much and machines that stand still
 * @param farewell from a farewell to its being known
 * @param partition of the region in two halves
 * @param flood by one member
 * @param goals what was to be reached
 */
public record RegionReport(
    int members,
    long seed,
    String traceHash,
    Spread spread,
    Traffic traffic,
    ColdJoin coldJoin,
    Spread crash,
    Hardship hardship,
    Spread farewell,
    Partition partition,
    Flood flood,
    List<Goal> goals) {
  /** Copies the goals. */
  public RegionReport {
    goals = List.copyOf(goals);
  }

  /**
   * The seconds until a share of the members knew; the worst of all that were followed.
   *
   * @param followed how many
   */
  public record Spread(int followed, double to50, double to90, double to99, double toAll) {}

  /**
   * Bytes per second of a node.
   *
   * @param sentMean sent, mean of all nodes
   * @param receivedMean received, mean of all nodes
   * @param bothP99 sent and received, below which 99 % of nodes stay
   * @param bothMax sent and received, of the busiest node
   * @param changesPerSecond renewals, crashes, farewells and joins during the measurement
   */
  public record Traffic(
      double sentMean,
      double receivedMean,
      double bothP99,
      double bothMax,
      double changesPerSecond) {}

  /**
   * What a newcomer needs; the worst of all.
   *
   * @param joiners how many
   * @param snapshotBytes of the snapshot's pages
   * @param longestSnapshotBytes what they would be with records of the greatest length
   * @param seconds until it knew 99 % of the members
   */
  public record ColdJoin(
      int joiners, long snapshotBytes, long longestSnapshotBytes, double seconds) {}

  /**
   * Hard times.
   *
   * @param members of the region
   * @param loss the share of messages that were lost
   * @param pauses how many times a member stood still
   * @param pauseSeconds for how long
   * @param suspectedPerHour how often an hour a member that lives is suspected by another, mean
   * @param wronglyLost members that lived, did not stand still, and were given up by anybody
   * @param pausedLost members that lived, stood still, and were given up by anybody
   * @param crash from a crash in such times to its being known
   */
  public record Hardship(
      int members,
      double loss,
      int pauses,
      double pauseSeconds,
      double suspectedPerHour,
      int wronglyLost,
      int pausedLost,
      Spread crash) {}

  /**
   * A cut in two halves.
   *
   * @param members of the region that was cut
   * @param seconds how long it lasted
   * @param lostShare the share of the other half that members had given up at its end, mean
   * @param healingSeconds from the end of the cut until every node that was looked at knew 99 % of
   *     all members
   * @param healingBytesPerSecond sent and received by a node meanwhile, mean
   */
  public record Partition(
      int members,
      double seconds,
      double lostShare,
      double healingSeconds,
      double healingBytesPerSecond) {}

  /**
   * One member that issues a record after the other, and accuses whoever it knows.
   *
   * @param issuedPerSecond records issued
   * @param takenPerSecond of them, taken over by the median node
   * @param addedBytesPerSecond sent and received by a node beyond the usual, mean
   * @param wronglyLost members that anybody gave up because of it
   */
  public record Flood(
      double issuedPerSecond, double takenPerSecond, double addedBytesPerSecond, int wronglyLost) {}

  /**
   * A bound that was to be kept.
   *
   * @param name what is measured
   * @param value what was measured
   * @param atMost the bound
   */
  public record Goal(String name, double value, double atMost) {
    /** Tells whether it was kept. */
    @JsonProperty
    public boolean reached() {
      return value <= atMost;
    }
  }

  /** Returns the report as text for people. */
  public String toTable() {
    StringBuilder out = new StringBuilder();
    line(out, "region of %d members, seed %d, trace %s", members, seed, traceHash);
    line(out, "%-12s%8s%8s%8s%8s   seconds, worst of", "", "50%", "90%", "99%", "all");
    row(out, "change", spread);
    row(out, "crash", crash);
    row(out, "crash, hard", hardship.crash);
    row(out, "farewell", farewell);
    line(
        out,
        "hard times  %d members, %.0f %% lost, %d pauses of %.0f s: a member suspected %.1f times/h;"
            + " given up: %d of those that paused, %d others",
        hardship.members,
        100 * hardship.loss,
        hardship.pauses,
        hardship.pauseSeconds,
        hardship.suspectedPerHour,
        hardship.pausedLost,
        hardship.wronglyLost);
    line(
        out,
        "traffic     %.0f B/s sent, %.0f B/s received by a node; 99 %% below %.0f, busiest %.0f B/s;"
            + " %.1f changes/s",
        traffic.sentMean,
        traffic.receivedMean,
        traffic.bothP99,
        traffic.bothMax,
        traffic.changesPerSecond);
    line(
        out,
        "cold join   %d bytes (%d at most) in %.1f s",
        coldJoin.snapshotBytes,
        coldJoin.longestSnapshotBytes,
        coldJoin.seconds);
    line(
        out,
        "partition   of %d members for %.0f s, %.0f %% given up, healed in %.1f s at %.0f B/s",
        partition.members,
        partition.seconds,
        100 * partition.lostShare,
        partition.healingSeconds,
        partition.healingBytesPerSecond);
    line(
        out,
        "flood       %.1f records/s issued, %.2f/s taken, %.0f B/s more for a node, %d lost",
        flood.issuedPerSecond,
        flood.takenPerSecond,
        flood.addedBytesPerSecond,
        flood.wronglyLost);
    for (Goal goal : goals) {
      String verdict = goal.reached() ? "reached" : "MISSED";
      line(out, "%-44s%14.1f  goal %.0f  %s", goal.name, goal.value, goal.atMost, verdict);
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String name, Spread s) {
    line(out, "%-12s%8.1f%8.1f%8.1f%8.1f   %d", name, s.to50, s.to90, s.to99, s.toAll, s.followed);
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
