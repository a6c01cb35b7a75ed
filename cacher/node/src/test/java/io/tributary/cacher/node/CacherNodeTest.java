package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.cacher.node.TestCacher.Got;
import io.tributary.cacher.node.TestCacher.Guest;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.fill.FillSettings;
import io.tributary.cacher.node.serve.Provenance;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.content.Layout;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchResult;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.ledger.PricePerGib;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cacher, its clients and dev miners over real sockets. */
final class CacherNodeTest {
  private static final long WHOLE = Layout.FRAGMENT_BYTES;

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
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

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private TestCacher cacher(NodeSettings settings) throws Exception {
    return opened(
        new TestCacher(
            directory.resolve("c" + open.size()), origin, settings, ServingRules.NONE, 256L << 20));
  }

  private TestCacher cacher() throws Exception {
    return cacher(quickToJudge());
  }

  private static NodeSettings quickToJudge() {
    return NodeSettings.of(PricePerGib.FREE)
        .with(FillSettings.defaults().withStall(Duration.ofSeconds(2), 64 << 10));
  }

  // What is served

  @Test
  void coldFragment_isFilledFromItsMiner_thenServedFromTheStore() throws Exception {
    Sample file = origin.publish(1, 1);
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));

    Got first = guest.get(cacher, file.name(0), 0, WHOLE);
    assertThat(first.result()).isInstanceOf(FetchResult.Verified.class);
    assertThat(first.bytes().toByteArray()).isEqualTo(file.bytes(0));
    assertThat(first.result().header().outcome()).isEqualTo(CacheOutcome.MISS);

    Got second = guest.get(cacher, file.name(0), 0, WHOLE);
    assertThat(second.result().header().outcome()).isEqualTo(CacheOutcome.HIT);
    assertThat(second.bytes().toByteArray()).isEqualTo(file.bytes(0));
    assertThat(cacher.counts.of("fetched")).isOne();
    assertThat(cacher.counts.of("ended STORED")).isOne();
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.occupancy().pins() == 0);
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.node.fragments().openBodies() == 0);
  }

  @Test
  void zeroFragment_costsNoTransfer() throws Exception {
    Sample file = origin.publish(2, 1);
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    Got zeros = guest.get(cacher, file.name(11), 0, WHOLE);
    assertThat(zeros.result()).isInstanceOf(FetchResult.Verified.class);
    assertThat(zeros.bytes().toByteArray()).isEqualTo(new byte[Layout.FRAGMENT_BYTES]);
  }

  @Test
  void thousandAskersForOneColdFragment_costOneUpstreamRead() throws Exception {
    Sample file = origin.publish(3, 1);
    origin.setFault(file, 0, new Fault(Fault.Kind.SLOW, 8 << 20));
    TestCacher cacher = cacher();
    Guest one = opened(new Guest(cacher));
    Guest other = opened(new Guest(cacher));
    List<Got> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(one.get(cacher, file.name(0), i * 16_000L, 4096));
      all.add(other.get(cacher, file.name(0), WHOLE - 4096 - i * 16_000L, 4096));
    }
    byte[] right = file.bytes(0);
    for (int i = 0; i < all.size(); i++) {
      FetchResult result = all.get(i).result();
      int offset = result.header().offset();
      assertThat(all.get(i).bytes().toByteArray())
          .isEqualTo(Arrays.copyOfRange(right, offset, offset + 4096));
    }
    assertThat(cacher.counts.of("fetched")).as("%s", cacher.counts).isOne();
    assertThat(cacher.counts.of("answered MISS")).isOne();
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.occupancy().pins() == 0);
  }

  // What is refused

  @Test
  void fragmentThatIsNotAtItsPlace_isRefusedBeforeAnyFill() throws Exception {
    Sample file = origin.publish(4, 2);
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    FragmentName wrongColumn = new FragmentName(file.manifest().fid(), 0, 3, file.name(0).hash());
    assertThat(guest.get(cacher, wrongColumn, 0, WHOLE).failure().reason())
        .isEqualTo(Status.NOT_IN_FILE);
    FragmentName wrongSegment = new FragmentName(file.manifest().fid(), 7, 0, file.name(0).hash());
    assertThat(guest.get(cacher, wrongSegment, 0, WHOLE).failure().reason())
        .isEqualTo(Status.NOT_IN_FILE);
    assertThat(cacher.counts.of("fetched")).isZero();

    assertThat(guest.get(cacher, file.name(0), 0, WHOLE).result())
        .isInstanceOf(FetchResult.Verified.class);
    assertThat(guest.get(cacher, wrongColumn, 0, WHOLE).failure().reason())
        .as("a hit is not served under a wrong name either")
        .isEqualTo(Status.NOT_IN_FILE);
  }

  @Test
  void unknownFile_isNotFound_andAskedOfTheChainAgainSoon() throws Exception {
    Sample unknown = Sample.of(5, 1);
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    FetchException refused = guest.get(cacher, unknown.name(0), 0, WHOLE).failure();
    assertThat(refused.reason()).isEqualTo(Status.NOT_FOUND);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(6));
    assertThat(cacher.counts.of("fetched")).isZero();
  }

  // Upstreams that fail

  @Test
  void wrongBytes_areAborted_blamed_andNeverStored() throws Exception {
    Sample file = origin.publish(6, 1);
    origin.setFault(file, 0, Fault.of(Fault.Kind.WRONG_BYTES));
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));

    FetchException aborted = guest.get(cacher, file.name(0), 0, WHOLE).failure();
    assertThat(aborted.reason()).isEqualTo(Breakage.ABORTED);
    assertThat(aborted.source().orElseThrow().toString())
        .contains(origin.keeper(file, 0).account().toString());
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(() -> assertThat(cacher.counts.of("ended ALL_LIED")).isOne());
    assertThat(cacher.hot.contains(file.name(0).hash())).isFalse();

    FetchException again = guest.get(cacher, file.name(0), 0, WHOLE).failure();
    assertThat(again.reason()).isEqualTo(Status.ORIGIN_FAILED);
    assertThat(again.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    Source liar = new Source(SourceKind.MINER, origin.keeper(file, 0).account().toString());
    assertThat(cacher.node.scores().standing(liar).isQuarantined()).isTrue();
    assertThat(cacher.hot.occupancy().fills()).isZero();
  }

  @Test
  void sourceOfOneBytePerSecond_isLeft() throws Exception {
    Sample file = origin.publish(7, 1);
    origin.setFault(file, 0, Fault.of(Fault.Kind.TRICKLE));
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    Got got = guest.get(cacher, file.name(0), 0, WHOLE);
    assertThat(got.failure().reason()).isIn(Breakage.ABORTED, Status.NOT_FOUND);
    assertThat(cacher.counts.of("fetched MINER FAILED")).as("%s", cacher.counts).isPositive();
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.occupancy().usedBytes() == 0);
  }

  @Test
  void sourceThatIsDown_isNotFound_andBelievedForAWhileOnly() throws Exception {
    Sample file = origin.publish(8, 1);
    origin.setFault(file, 0, Fault.of(Fault.Kind.DOWN));
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    FetchException refused = guest.get(cacher, file.name(0), 0, WHOLE).failure();
    assertThat(refused.reason()).isEqualTo(Status.NOT_FOUND);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(15));
    long before = cacher.counts.of("fetched");
    assertThat(guest.get(cacher, file.name(0), 0, WHOLE).failure().reason())
        .isEqualTo(Status.NOT_FOUND);
    assertThat(cacher.counts.of("fetched")).isEqualTo(before);
  }

  // Siblings

  @Test
  void siblingThatHoldsIt_isAskedBeforeTheMiner_andPaid() throws Exception {
    Sample file = origin.publish(9, 1);
    TestCacher cold = cacher(quickToJudge().withSiblingCeiling(TestCacher.PRICE));
    Guest guest = opened(new Guest(cold));
    TestCacher warm =
        opened(
            new TestCacher(
                directory.resolve("warm"),
                origin,
                NodeSettings.of(TestCacher.PRICE),
                new ServingRules(
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(guest.host.peerId()),
                    peer -> Optional.empty()),
                256L << 20));
    TestCacher.introduce(warm, cold);
    assertThat(guest.get(warm, file.name(0), 0, WHOLE).result())
        .isInstanceOf(FetchResult.Verified.class);
    origin.setFault(file, 0, Fault.of(Fault.Kind.DOWN));

    Got got = guest.get(cold, file.name(0), 0, WHOLE);
    assertThat(got.result()).isInstanceOf(FetchResult.Verified.class);
    assertThat(got.bytes().toByteArray()).isEqualTo(file.bytes(0));
    assertThat(cold.counts.of("fetched HOME DELIVERED")).as("%s", cold.counts).isOne();
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(warm.ledger.lanes())
                    .anySatisfy(
                        lane ->
                            assertThat(lane.received().orElseThrow().voucher().bytesServed())
                                .isEqualTo(WHOLE)));
  }

  @Test
  void sourceThatBreaksOffHalfWay_isAskedAgain_andReadersNoticeNothing() throws Exception {
    Sample file = origin.publish(10, 1);
    origin
        .keeper(file, 0)
        .setFault(FaultRule.next(1, new Fault(Fault.Kind.CLOSE_MID_BODY, 3 << 20)));
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    Got got = guest.get(cacher, file.name(0), 0, WHOLE);
    assertThat(got.result()).isInstanceOf(FetchResult.Verified.class);
    assertThat(got.bytes().toByteArray()).isEqualTo(file.bytes(0));
    assertThat(cacher.counts.of("fetched MINER FAILED")).as("%s", cacher.counts).isOne();
    assertThat(cacher.counts.of("fetched MINER DELIVERED")).isOne();
  }

  // What goes

  @Test
  void fileDeletedOnTheChain_isPurged_andOthersStay() throws Exception {
    Sample kept = origin.publish(13, 1);
    Sample deleted = origin.publish(14, 1);
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    Path file = directory.resolve("files");
    Provenance before = new Provenance(file, cacher.hot);
    for (Sample each : List.of(kept, deleted)) {
      assertThat(guest.get(cacher, each.name(0), 0, WHOLE).result())
          .isInstanceOf(FetchResult.Verified.class);
      before.onStored(each.name(0));
    }
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.fragments().size() == 2);
    before.save();
    origin.delete(deleted);

    Provenance after = new Provenance(file, cacher.hot);
    assertThat(TestOrigin.get(after.purge(cacher.node.catalog()))).isOne();
    assertThat(cacher.hot.contains(deleted.name(0).hash())).isFalse();
    assertThat(cacher.hot.contains(kept.name(0).hash())).isTrue();
    assertThat(guest.get(cacher, deleted.name(0), 0, WHOLE).failure().reason())
        .isEqualTo(Status.NOT_FOUND);
  }

  // Those who leave

  @Test
  void fillThatNobodyWantsAnyMore_ends() throws Exception {
    Sample file = origin.publish(11, 1);
    origin.setFault(file, 0, new Fault(Fault.Kind.SLOW, 512 << 10));
    TestCacher cacher = cacher();
    Guest guest = opened(new Guest(cacher));
    Got got = guest.get(cacher, file.name(0), 0, WHOLE);
    await().atMost(TestCacher.PATIENCE).until(() -> got.bytes().size() > 0);
    got.fetch().cancel();
    await()
        .atMost(TestCacher.PATIENCE)
        .untilAsserted(() -> assertThat(cacher.counts.of("ended ABANDONED")).isOne());
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.hot.occupancy().usedBytes() == 0);
    assertThat(cacher.node.fills().underWay()).isZero();
  }

  @Test
  void stop_endsFillsAndTellsWhoWaits() throws Exception {
    Sample file = origin.publish(12, 1);
    origin.setFault(file, 0, new Fault(Fault.Kind.STALL, 0));
    TestCacher cacher = cacher(NodeSettings.of(PricePerGib.FREE));
    Guest guest = opened(new Guest(cacher));
    Got got = guest.get(cacher, file.name(0), 0, WHOLE);
    await().atMost(TestCacher.PATIENCE).until(() -> cacher.node.fills().underWay() == 1);
    cacher.node.close();
    assertThat(got.failure().reason()).isEqualTo(Status.UNAVAILABLE);
    assertThat(cacher.node.fills().underWay()).isZero();
  }
}
