package io.tributary.bench.sim.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.bench.sim.region.RegionReport.ColdJoin;
import io.tributary.bench.sim.region.RegionReport.Flood;
import io.tributary.bench.sim.region.RegionReport.Goal;
import io.tributary.bench.sim.region.RegionReport.Hardship;
import io.tributary.bench.sim.region.RegionReport.Partition;
import io.tributary.bench.sim.region.RegionReport.Spread;
import io.tributary.bench.sim.region.RegionReport.Traffic;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.GossipMessage.Parcel;
import io.tributary.region.gossip.Marks;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.SignedRecord;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The life of a region with thousands of members: usual times, changes, newcomers, crashes,
 * farewells, a partition, and a member that floods the others.
 *
 * <p>The members' code is that of a node; only time, chance and the network are simulated. One seed
 * gives the same run each time.
 */
public final class RegionSimulation {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int LOOKED_AT = 200;
  private static final double NANOS = 1e9;

  /** Of the members, how many renew, crash, leave and join in an hour, in usual times. */
  private static final double RENEWALS_PER_HOUR = 1.0;

  /** In hard times, in a region of that many members at most. */
  private static final int HARD_MEMBERS = 500;

  private static final double HARD_LOSS = 0.05;
  private static final double PAUSES_PER_HOUR = 6;
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration HARD_TIMES = Duration.ofMinutes(5);

  private static final double CRASHES_PER_HOUR = 0.05;
  private static final double FAREWELLS_PER_HOUR = 0.05;
  private static final double JOINS_PER_HOUR = 0.1;

  private final RegionScenario scenario;
  private final PrintStream progress;
  private final RegionWorld world;
  private double usualBytesPerSecond;
  private int churned;
  private long trace;

  /**
   * @param progress is told what is going on
   */
  public RegionSimulation(RegionScenario scenario, PrintStream progress) {
    this.scenario = scenario;
    this.progress = progress;
    this.world = new RegionWorld(scenario);
  }

  /** Runs it all. */
  public RegionReport run() {
    settle();
    final Traffic traffic = usualTimes();
    final Spread spread = changes();
    final ColdJoin coldJoin = coldJoins();
    final Spread farewell = farewell();
    final Spread crash = crash();
    final Hardship hardship = hardTimes();
    final Flood flood = flood();
    final Partition partition = partition();
    trace = trace * 31 + world.simulation().traceHash();
    List<Goal> goals =
        List.of(
            new Goal("seconds until 99 % know a change", spread.to99(), 30),
            new Goal(
                "bytes per second sent by a node",
                Math.max(traffic.sentMean(), traffic.receivedMean()),
                20_000),
            new Goal("bytes per second of the busiest node", traffic.bothMax(), 40_000),
            new Goal("bytes of a cold join's snapshot", coldJoin.snapshotBytes(), 2_500_000),
            new Goal("bytes of the largest snapshot", coldJoin.longestSnapshotBytes(), 2_500_000),
            new Goal("seconds until a partition is healed", partition.healingSeconds(), 300),
            new Goal("bytes per second more in a flood", flood.addedBytesPerSecond(), 2_000),
            new Goal("members lost by loss and pauses", hardship.wronglyLost(), 0),
            new Goal("members lost by false testimony", flood.wronglyLost(), 0));
    return new RegionReport(
        scenario.members(),
        scenario.seed(),
        Long.toHexString(trace),
        spread,
        traffic,
        coldJoin,
        crash,
        hardship,
        farewell,
        partition,
        flood,
        goals);
  }

  /** Writes a report as JSON. */
  public static String toJson(RegionReport report) {
    try {
      return JsonMapper.builder()
          .build()
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always JSON", e);
    }
  }

  private void pass(Duration time) {
    world.simulation().runFor(time);
  }

  private double seconds() {
    return world.simulation().nanoTime() / NANOS;
  }

  private List<RegionNode> alive() {
    return world.nodes().stream().filter(node -> node.machine().isAlive()).toList();
  }

  private void say(String what) {
    progress.printf("%8.1f s  %s%n", seconds(), what);
  }

  /** All members start knowing each other, as after a restart of each; then they go on. */
  private void settle() {
    say("a region of " + scenario.members() + " members settles");
    for (int i = 0; i < scenario.members(); i++) {
      world.add().membership().start();
    }
    pass(Duration.ofMillis(1));
    List<SignedRecord> records =
        world.nodes().stream().map(node -> node.membership().ownRecord().orElseThrow()).toList();
    world.nodes().forEach(node -> node.membership().restore(records));
    pass(scenario.warmUp());
  }

  // Usual times

  private Traffic usualTimes() {
    say("usual times, with renewals and churn");
    List<RegionNode> nodes = alive();
    long[] sent = nodes.stream().mapToLong(node -> node.machine().sentBytes()).toArray();
    long[] received = nodes.stream().mapToLong(node -> node.machine().receivedBytes()).toArray();
    double until = seconds() + scenario.steady().toMillis() / 1e3;
    while (seconds() < until) {
      churn(1);
      pass(Duration.ofSeconds(1));
    }
    double length = scenario.steady().toMillis() / 1e3;
    List<Double> both = new ArrayList<>();
    double sentSum = 0;
    double receivedSum = 0;
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).machine().isAlive()) {
        double out = (nodes.get(i).machine().sentBytes() - sent[i]) / length;
        double in = (nodes.get(i).machine().receivedBytes() - received[i]) / length;
        sentSum += out;
        receivedSum += in;
        both.add(out + in);
      }
    }
    both.sort(null);
    usualBytesPerSecond = (sentSum + receivedSum) / both.size();
    return new Traffic(
        sentSum / both.size(),
        receivedSum / both.size(),
        both.get((int) (0.99 * (both.size() - 1))),
        both.get(both.size() - 1),
        churned / length);
  }

  private void churn(double ofSeconds) {
    double hours = ofSeconds / 3600 * scenario.members();
    for (int i = times(RENEWALS_PER_HOUR * hours); i > 0; i--) {
      anybody().membership().renew();
    }
    for (int i = times(CRASHES_PER_HOUR * hours); i > 0; i--) {
      anybody().machine().kill();
    }
    for (int i = times(FAREWELLS_PER_HOUR * hours); i > 0; i--) {
      leave(anybody());
    }
    for (int i = times(JOINS_PER_HOUR * hours); i > 0; i--) {
      world.add().membership().start();
    }
  }

  /** A whole number whose mean is the one given. */
  private int times(double mean) {
    int whole = (int) mean;
    int times = whole + (world.random().nextDouble() < mean - whole ? 1 : 0);
    churned += times;
    return times;
  }

  private RegionNode anybody() {
    List<RegionNode> alive = alive();
    return alive.get(world.random().nextInt(alive.size()));
  }

  private void leave(RegionNode node) {
    node.membership()
        .leave(
            () -> node.machine().timekeeper().after(Duration.ofSeconds(2), node.machine()::kill));
  }

  // How news spreads

  private Spread changes() {
    say("changes");
    Spread worst = new Spread(0, 0, 0, 0, 0);
    for (int i = 0; i < scenario.changes(); i++) {
      RegionNode changed = anybody();
      long before = changed.membership().ownRecord().orElseThrow().record().sequence();
      changed.membership().renew();
      worst =
          worse(
              worst,
              follow(
                  changed,
                  node ->
                      node.membership()
                          .find(changed.key())
                          .filter(record -> record.record().sequence() > before)
                          .isPresent()));
    }
    return worst;
  }

  private Spread farewell() {
    say("a farewell");
    RegionNode gone = anybody();
    leave(gone);
    return follow(gone, node -> !node.membership().isMember(gone.key()));
  }

  private Spread crash() {
    say("a crash");
    RegionNode gone = anybody();
    gone.machine().kill();
    return follow(gone, node -> !node.membership().isMember(gone.key()));
  }

  // Hard times

  /** In another region of the kind, whose network loses more. */
  private Hardship hardTimes() {
    RegionSimulation other =
        new RegionSimulation(scenario.inHardTimes(HARD_MEMBERS, HARD_LOSS), progress);
    other.settle();
    return other.endure();
  }

  private Hardship endure() {
    say("loss and pauses");
    List<RegionNode> all = alive();
    List<RegionNode> lookedAt = sample(all);
    Set<RegionNode> paused = new HashSet<>();
    Set<RegionNode> lost = new HashSet<>();
    long before = world.suspicions();
    int pauses = 0;
    double hours = HARD_TIMES.toMillis() / 3.6e6;
    double end = seconds() + HARD_TIMES.toSeconds();
    while (seconds() < end) {
      for (int i = times(PAUSES_PER_HOUR / 3600 * all.size()); i > 0; i--) {
        RegionNode node = anybody();
        node.pause(PAUSE);
        paused.add(node);
        pauses++;
      }
      pass(Duration.ofSeconds(1));
      for (RegionNode judge : lookedAt) {
        if (!judge.isPaused()) {
          all.stream().filter(node -> !judge.membership().isMember(node.key())).forEach(lost::add);
        }
      }
    }
    double suspected = (double) (world.suspicions() - before) / all.size() / all.size() / hours;
    int pausedLost = (int) lost.stream().filter(paused::contains).count();
    return new Hardship(
        all.size(),
        scenario.loss(),
        pauses,
        PAUSE.toMillis() / 1e3,
        suspected,
        lost.size() - pausedLost,
        pausedLost,
        crash());
  }

  private static Spread worse(Spread a, Spread b) {
    return new Spread(
        a.followed() + b.followed(),
        Math.max(a.to50(), b.to50()),
        Math.max(a.to90(), b.to90()),
        Math.max(a.to99(), b.to99()),
        Math.max(a.toAll(), b.toAll()));
  }

  private Spread follow(RegionNode about, Predicate<RegionNode> knows) {
    List<RegionNode> waiting = new ArrayList<>(alive());
    waiting.remove(about);
    int all = waiting.size();
    double[] at = new double[101];
    Arrays.fill(at, Double.POSITIVE_INFINITY);
    double start = seconds();
    double end = start + PATIENCE.toSeconds();
    while (!waiting.isEmpty() && seconds() < end) {
      pass(TICK);
      waiting.removeIf(node -> !node.machine().isAlive() || knows.test(node));
      int percent = (int) (100L * (all - waiting.size()) / all);
      for (int i = percent; i >= 0 && at[i] == Double.POSITIVE_INFINITY; i--) {
        at[i] = seconds() - start;
      }
    }
    return new Spread(1, at[50], at[90], at[99], at[100]);
  }

  // Newcomers

  private ColdJoin coldJoins() {
    say("newcomers");
    long bytes = 0;
    double slowest = 0;
    for (int i = 0; i < scenario.joiners(); i++) {
      RegionNode joiner = world.add();
      double start = seconds();
      int enough = alive().size() * 99 / 100;
      joiner.membership().start();
      while (joiner.membership().members().size() < enough
          && seconds() - start < PATIENCE.toSeconds()) {
        pass(TICK);
      }
      slowest = Math.max(slowest, seconds() - start);
      pass(Duration.ofSeconds(2));
      bytes = Math.max(bytes, joiner.snapshotBytes());
    }
    return new ColdJoin(scenario.joiners(), bytes, longestSnapshotBytes(), slowest);
  }

  private long longestSnapshotBytes() {
    int pages =
        (scenario.members() + GossipMessage.MAX_PAGE_RECORDS - 1) / GossipMessage.MAX_PAGE_RECORDS;
    int perRecord = SignedRecord.MAX_BYTES + 3;
    int perPage = 64;
    return (long) scenario.members() * perRecord + (long) pages * perPage;
  }

  // One member against the others

  private Flood flood() {
    say("a flood");
    RegionNode flooder = anybody();
    List<RegionNode> others = new ArrayList<>(alive());
    others.remove(flooder);
    List<RegionNode> lookedAt = sample(others);
    long[] changes = new long[lookedAt.size()];
    long[] known = new long[lookedAt.size()];
    long before = others.stream().mapToLong(RegionNode::bytes).sum();
    double length = scenario.flood().toMillis() / 1e3;
    double end = seconds() + length;
    int issued = 0;
    while (seconds() < end) {
      flooder.membership().renew();
      issued++;
      accuse(flooder, others.get(issued % others.size()));
      pass(Duration.ofMillis(100));
      for (int i = 0; i < known.length; i++) {
        long sequence =
            lookedAt
                .get(i)
                .membership()
                .find(flooder.key())
                .map(record -> record.record().sequence())
                .orElse(0L);
        changes[i] += sequence == known[i] ? 0 : 1;
        known[i] = sequence;
      }
    }
    double bytes = (others.stream().mapToLong(RegionNode::bytes).sum() - before) / length;
    Arrays.sort(changes);
    int lost = 0;
    for (RegionNode accused : others) {
      for (RegionNode judge : lookedAt) {
        if (accused.machine().isAlive() && !judge.membership().isMember(accused.key())) {
          lost++;
          break;
        }
      }
    }
    return new Flood(
        issued / length,
        changes[changes.length / 2] / length,
        Math.max(0, bytes / others.size() - usualBytesPerSecond),
        lost);
  }

  /** Sends testimony against a member that answers to everybody the flooder offers to. */
  private void accuse(RegionNode flooder, RegionNode accused) {
    SignedRecord record = accused.membership().ownRecord().orElseThrow();
    Accusation accusation =
        Accusation.seal(record, world.simulation().clock().instant(), flooder.identity());
    Region level = flooder.membership().region().widest();
    Parcel parcel = new Parcel(level, List.of(), List.of(accusation), Marks.NONE);
    for (SignedRecord partner : flooder.membership().partners(level)) {
      flooder.send(Contact.of(partner), parcel, () -> {});
    }
  }

  // Two halves

  /** The time it takes grows with the square of the members, so a large region has a stand-in. */
  private Partition partition() {
    if (scenario.members() <= scenario.partitionMembers()) {
      return cutInTwo();
    }
    RegionSimulation other =
        new RegionSimulation(scenario.withMembers(scenario.partitionMembers()), progress);
    other.settle();
    Partition partition = other.cutInTwo();
    trace = other.world.simulation().traceHash();
    return partition;
  }

  private Partition cutInTwo() {
    say("a partition");
    world.cut(true);
    pass(scenario.partitioned());
    List<RegionNode> all = alive();
    List<RegionNode> lookedAt = sample(all);
    double given = 0;
    for (RegionNode node : lookedAt) {
      long here = all.stream().filter(other -> other.half() == node.half()).count();
      long lost =
          all.stream()
              .filter(other -> other.half() != node.half())
              .filter(other -> !node.membership().isMember(other.key()))
              .count();
      given += (double) lost / (all.size() - here);
    }
    say("the partition ends");
    world.cut(false);
    double start = seconds();
    long before = all.stream().mapToLong(RegionNode::bytes).sum();
    List<RegionNode> waiting = new ArrayList<>(lookedAt);
    while (!waiting.isEmpty() && seconds() - start < PATIENCE.toSeconds()) {
      pass(Duration.ofSeconds(1));
      waiting.removeIf(node -> knowsAll(node, all));
    }
    double length = seconds() - start;
    double bytes = (double) (all.stream().mapToLong(RegionNode::bytes).sum() - before);
    return new Partition(
        all.size(),
        scenario.partitioned().toMillis() / 1e3,
        given / lookedAt.size(),
        waiting.isEmpty() ? length : Double.POSITIVE_INFINITY,
        bytes / all.size() / length);
  }

  private static boolean knowsAll(RegionNode node, List<RegionNode> all) {
    long known = all.stream().filter(other -> node.membership().isMember(other.key())).count();
    return known >= 0.99 * all.size();
  }

  private List<RegionNode> sample(List<RegionNode> from) {
    List<RegionNode> some = new ArrayList<>();
    int step = Math.max(1, from.size() / LOOKED_AT);
    for (int i = 0; i < from.size(); i += step) {
      some.add(from.get(i));
    }
    return some;
  }
}
