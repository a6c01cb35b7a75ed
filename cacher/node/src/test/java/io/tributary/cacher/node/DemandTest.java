package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.cacher.node.TestCacher.Counts;
import io.tributary.cacher.node.TestCacher.Guest;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.demand.Demand;
import io.tributary.cacher.node.demand.DemandMetrics.AskEnd;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.demand.NextHomes;
import io.tributary.cacher.node.demand.Reading;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.FetchResult;
import io.tributary.ledger.PricePerGib;
import io.tributary.region.record.SignedRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Homes come and go with demand, and what is read next is there before it is asked for. */
final class DemandTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long WHOLE = Layout.FRAGMENT_BYTES;
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final FakeTime time = new FakeTime();
  private final Counts counts = new Counts();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private CompletableFuture<AskEnd> answer = CompletableFuture.completedFuture(AskEnd.FILLED);
  private TestOrigin origin;

  @BeforeEach
  void start() throws Exception {
    origin = opened(new TestOrigin(directory.resolve("origin")));
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  private TestCacher cacher(DemandSettings settings) throws Exception {
    return opened(
        new TestCacher(
            directory.resolve("c" + open.size()),
            origin,
            NodeSettings.of(PricePerGib.FREE).withSiblingCeiling(TestCacher.PRICE).with(settings),
            ServingRules.NONE,
            256L << 20));
  }

  /** Demand by a clock that stands, at a node of the given ranks. */
  private Demand demand(TestCacher at, DemandSettings settings, ToIntFunction<FragmentName> rank) {
    Demand demand =
        new Demand(
            settings,
            at.hot,
            at.node.catalog(),
            at.node.fills(),
            name -> true,
            new NextHomes() {
              @Override
              public int rank(FragmentName name, int atMost) {
                return rank.applyAsInt(name);
              }

              @Override
              public CompletionStage<AskEnd> ask(FragmentName name, int place) {
                asked.add(name.segment() + "/" + name.column() + " of " + place);
                return answer;
              }
            },
            Runnable::run,
            time,
            counts);
    demand.start();
    return opened(demand);
  }

  private void send(Reading reading, int mibPerSecond, int seconds) {
    for (int i = 0; i < seconds; i++) {
      reading.sent(mibPerSecond * MIB);
      time.advance(SECOND);
    }
  }

  // Homes

  @Test
  void demandAboveTheShare_addsHomesInRank_upToTheMost_andColdnessTakesThemAway() throws Exception {
    DemandSettings settings = DemandSettings.defaults().withPrefetch(0);
    Demand demand = demand(cacher(settings), settings, name -> 0);
    Reading reading = demand.opened(Sample.of(1, 1).name(0));
    send(reading, 32, 120);
    assertThat(asked).as("half a share is no reason").isEmpty();
    send(reading, 100, 30);
    assertThat(asked).isNotEmpty().startsWith("0/0 of 2");
    send(reading, 100, 120);
    assertThat(asked)
        .containsExactly("0/0 of 2", "0/0 of 3", "0/0 of 4", "0/0 of 5", "0/0 of 6", "0/0 of 7");
    assertThat(demand.figures().byHomes().get(8)).isOne();

    send(reading, 32, 300);
    assertThat(demand.figures().byHomes().get(8)).as("between the bounds nothing changes").isOne();
    send(reading, 0, 60);
    assertThat(demand.figures().byHomes().get(8)).isZero();
    send(reading, 0, 300);
    assertThat(demand.figures().byHomes()).as("forgotten").allMatch(count -> count == 0);
    assertThat(counts.of("lowered to 2")).isOne();
    assertThat(asked).hasSize(6);
  }

  @Test
  void homeThatIsItselfOneOfTheAdded_asksTheNextAfterIt() throws Exception {
    DemandSettings settings = DemandSettings.defaults().withPrefetch(0);
    Demand demand = demand(cacher(settings), settings, name -> 4);
    send(demand.opened(Sample.of(1, 1).name(0)), 100, 40);
    assertThat(asked).startsWith("0/0 of 5");
  }

  @Test
  void nodeThatIsNoHome_addsNone_whateverIsAskedOfIt() throws Exception {
    DemandSettings settings = DemandSettings.defaults().withPrefetch(0);
    Demand demand = demand(cacher(settings), settings, name -> -1);
    send(demand.opened(Sample.of(1, 1).name(0)), 1000, 100);
    assertThat(asked).isEmpty();
    assertThat(demand.figures().byHomes()).allMatch(count -> count == 0);
  }

  @Test
  void manyHotFragments_askNoMoreAtATimeAndInAMinuteThanIsAllowed() throws Exception {
    DemandSettings settings = DemandSettings.defaults().withPrefetch(0);
    answer = new CompletableFuture<>();
    Demand demand = demand(cacher(settings), settings, name -> 0);
    List<Reading> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] word = {(byte) i};
      all.add(
          demand.opened(
              new FragmentName(new Fid(Sha256.of(word)), 0, 0, new FragmentHash(Sha256.of(word)))));
    }
    for (int second = 0; second < 30; second++) {
      all.forEach(each -> each.sent(200 * MIB));
      time.advance(SECOND);
    }
    assertThat(asked).hasSize(settings.maxAsking());
    assertThat(demand.figures().asking()).isEqualTo(settings.maxAsking());
    assertThat(counts.of("asked OVER_BUDGET")).isPositive();
    answer.complete(AskEnd.HELD);
    answer = CompletableFuture.completedFuture(AskEnd.HELD);
    int before = asked.size();
    for (int second = 0; second < 60; second++) {
      all.forEach(each -> each.sent(200 * MIB));
      time.advance(SECOND);
    }
    assertThat(asked.size() - before)
        .as("two minutes of the count can be touched in 60 s")
        .isBetween(settings.asksPerMinute() / 2, 2 * settings.asksPerMinute());
    assertThat(demand.figures().asking()).isZero();
  }

  @Test
  void hotFragment_isFetchedByItsNextHome_andServedThere() throws Exception {
    DemandSettings settings =
        DemandSettings.defaults()
            .withPrefetch(0)
            .withMaxHomes(3)
            .withShare(MIB, MIB / 4)
            .withTimes(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(200));
    Map<String, TestCacher> cachers = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      TestCacher each = cacher(settings);
      cachers.put(each.host.peerId().toString(), each);
    }
    TestCacher.introduce(cachers.values().toArray(TestCacher[]::new));
    Sample file = origin.publish(41, 1);
    List<TestCacher> homes = new ArrayList<>();
    for (SignedRecord home :
        cachers.values().iterator().next().placement.homes(file.name(0).hash(), 4)) {
      homes.add(cachers.get(home.record().peer().toString()));
    }
    TestCacher first = homes.get(0);
    TestCacher third = homes.get(2);
    Guest guest = opened(new Guest(first));
    await()
        .atMost(TestCacher.PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              assertThat(guest.get(first, file.name(0), 0, WHOLE).result())
                  .isInstanceOf(FetchResult.Verified.class);
              return third.hot.contains(file.name(0).hash());
            });
    assertThat(third.counts.of("fetched HOME DELIVERED"))
        .as("from a home, not from the miner: %s", third.counts)
        .isOne();
    assertThat(homes.get(3).hot.contains(file.name(0).hash())).as("3 homes at most").isFalse();
    assertThat(guest.get(third, file.name(0), 0, WHOLE).result().header().outcome())
        .isEqualTo(CacheOutcome.HIT);
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(first.counts.of("raised to 3")).isPositive();
              assertThat(first.counts.of("lowered to 2")).isEqualTo(first.counts.of("raised to 3"));
            });
  }

  // What is read next

  @Test
  void segmentThatIsRead_bringsItsOtherDataColumns_andTheNextSegment() throws Exception {
    Sample file = origin.publish(Sample.of(42, 2, 3));
    TestCacher cacher = cacher(DemandSettings.defaults());
    Guest guest = opened(new Guest(cacher));
    guest.get(cacher, file.name(0, 0), 0, WHOLE).result();
    guest.get(cacher, file.name(0, 0), 0, WHOLE).result();
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(cacher.hot.contains(file.name(0, 1).hash())).isTrue();
              assertThat(cacher.hot.contains(file.name(1, 0).hash())).isTrue();
              assertThat(cacher.hot.contains(file.name(1, 1).hash())).isTrue();
            });
    assertThat(cacher.hot.contains(file.name(2, 0).hash())).as("one segment ahead").isFalse();
    assertThat(cacher.node.demand().figures().prefetchedBytes()).isEqualTo(3 * WHOLE);
    var next = guest.get(cacher, file.name(1, 0), 0, WHOLE);
    assertThat(next.result().header().outcome()).isEqualTo(CacheOutcome.HIT);
    assertThat(next.bytes().toByteArray()).isEqualTo(file.bytes(1, 0));
    assertThat(cacher.node.demand().figures().prefetchedUsed()).isOne();
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.occupancy().pins() == 0);
  }

  @Test
  void whatIsFetchedAhead_staysWithinItsBudget() throws Exception {
    Sample file = origin.publish(Sample.of(43, 2, 2));
    TestCacher cacher = cacher(DemandSettings.defaults().withPrefetch(1));
    Guest guest = opened(new Guest(cacher));
    guest.get(cacher, file.name(0, 0), 0, WHOLE).result();
    guest.get(cacher, file.name(0, 0), 0, WHOLE).result();
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(cacher.counts.of("prefetch FETCHED")).isOne();
              assertThat(cacher.counts.of("prefetch OVER_BUDGET")).isEqualTo(2);
            });
    assertThat(cacher.node.demand().figures().prefetchBudgetBytes()).isLessThan(WHOLE);
  }

  @Test
  void columnOfAnotherHome_isToldOnlyThere_andOnlyForTheSameColumnOfTheNextSegment()
      throws Exception {
    Sample file = origin.publish(Sample.of(44, 2, 2));
    TestCacher cacher = cacher(DemandSettings.defaults());
    TestOrigin.get(cacher.node.catalog().find(file.manifest().fid()).toCompletableFuture());
    Demand demand = demand(cacher, DemandSettings.defaults(), name -> -1);
    demand.opened(file.name(0, 1));
    demand.opened(file.name(0, 1));
    assertThat(asked).containsExactly("1/1 of 0");
    assertThat(cacher.node.fills().underWay()).isZero();
  }

  /** Each look takes a task, and there may be thousands of reads a second. */
  @Test
  void segmentThatIsReadOften_isLookedAfterOnceATickForEachColumn() throws Exception {
    Sample file = origin.publish(Sample.of(45, 2, 2));
    TestCacher cacher = cacher(DemandSettings.defaults());
    TestOrigin.get(cacher.node.catalog().find(file.manifest().fid()).toCompletableFuture());
    Demand demand = demand(cacher, DemandSettings.defaults(), name -> -1);
    for (int i = 0; i < 20; i++) {
      demand.opened(file.name(0, 1));
    }
    assertThat(asked).containsExactly("1/1 of 0");
    for (int i = 0; i < 20; i++) {
      demand.opened(file.name(0, 0));
    }
    assertThat(asked).containsExactly("1/1 of 0", "1/0 of 0");
    time.advance(SECOND);
    for (int i = 0; i < 20; i++) {
      demand.opened(file.name(0, 1));
    }
    assertThat(asked).containsExactly("1/1 of 0", "1/0 of 0", "1/1 of 0");
  }
}
