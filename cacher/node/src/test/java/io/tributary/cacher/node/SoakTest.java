package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import io.tributary.cacher.node.TestCacher.Got;
import io.tributary.cacher.node.TestCacher.Guest;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.fill.FillSettings;
import io.tributary.cacher.node.serve.ServingRules;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.FetchResult;
import io.tributary.ledger.Amount;
import io.tributary.ledger.book.LaneBook;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two cachers that pay each other, readers that come and go, miners with random faults, clocks that
 * jump, connections that break; and an oracle: bytes are right, memory is bounded, every request
 * ends, and no more was paid than was promised.
 *
 * <p>{@code -Dcacher.soak.seconds=600 -Dcacher.soak.seed=7} for longer, or again.
 */
final class SoakTest {
  private static final int FILES = 6;
  private static final int COLUMNS = 4;
  private static final int MAX_OPEN = 12;
  private static final long MAX_DIRECT_BYTES = 512L << 20;
  private static final int MAX_SKEW_DAYS = 10;

  /** Long enough for a fill that is given up and a retry. */
  private static final Duration EVERY_REQUEST_ENDS_WITHIN = TestCacher.PATIENCE.plusSeconds(15);

  private final long seed = Long.getLong("cacher.soak.seed", 1);
  private final Duration duration = Duration.ofSeconds(Long.getLong("cacher.soak.seconds", 20));
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final List<Asked> asked = new ArrayList<>();
  private final List<Sample> files = new ArrayList<>();
  private int right;
  private int failed;

  @TempDir private Path directory;

  /** A request under way, and of what. */
  private record Asked(Got got, Sample file, int column, int offset, int length, long beganNanos) {
    byte[] expected() {
      return Arrays.copyOfRange(file.bytes(column), offset, offset + length);
    }

    String what() {
      return file.name(column) + " from " + offset + ", " + length + " bytes";
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    io.shutdown().awaitUninterruptibly();
    executor.shutdownNow();
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  private String seeded(String what) {
    return "seed " + seed + ": " + what;
  }

  @Test
  void whateverFails_bytesAreRight_memoryIsBounded_andEveryRequestEnds() throws Exception {
    TestOrigin origin = opened(new TestOrigin(directory.resolve("origin")));
    for (int i = 0; i < FILES; i++) {
      files.add(origin.publish(100 + i, COLUMNS));
    }
    Guest guest =
        opened(
            new Guest(
                io, executor, new EventLoopTimekeeper(io.group().next(), InstantSource.system())));
    // Neither has room for all.
    List<TestCacher> cachers =
        List.of(cacher(origin, guest, "a", 128L << 20), cacher(origin, guest, "b", 160L << 20));
    TestCacher.introduce(cachers.toArray(TestCacher[]::new));

    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      act(origin, guest, cachers);
      reap();
      for (TestCacher each : cachers) {
        checkBounds(each);
      }
    }
    for (int i = 0; i < FILES; i++) {
      for (int column = 0; column < COLUMNS; column++) {
        origin.keeper(files.get(i), column).clearFault();
      }
    }
    await()
        .atMost(EVERY_REQUEST_ENDS_WITHIN)
        .untilAsserted(
            () -> {
              reap();
              assertThat(asked).as(seeded("requests that do not end")).isEmpty();
            });
    for (TestCacher each : cachers) {
      await()
          .atMost(EVERY_REQUEST_ENDS_WITHIN)
          .untilAsserted(
              () -> {
                assertThat(each.hot.occupancy().pins()).as(seeded("pins")).isZero();
                assertThat(each.node.fragments().openBodies()).as(seeded("bodies")).isZero();
                assertThat(each.node.fills().underWay()).as(seeded("fills")).isZero();
              });
    }
    checkBooks(cachers);
    assertThat(right).as(seeded("right answers; " + failed + " failed")).isGreaterThan(10);
    assertThat(cachers.get(0).counts.of("fetched") + cachers.get(1).counts.of("fetched"))
        .as(seeded("fetches"))
        .isGreaterThan(FILES);
  }

  private TestCacher cacher(TestOrigin origin, Guest guest, String name, long quotaBytes)
      throws Exception {
    return opened(
        new TestCacher(
            directory.resolve(name),
            origin,
            NodeSettings.of(TestCacher.PRICE)
                .with(FillSettings.defaults().withStall(Duration.ofSeconds(2), 64 << 10))
                .with(DemandSettings.defaults().withShare(4 << 20, 1 << 20)),
            new ServingRules(
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(guest.host.peerId()),
                peer -> Optional.empty()),
            quotaBytes));
  }

  private void act(TestOrigin origin, Guest guest, List<TestCacher> cachers) throws Exception {
    TestCacher cacher = cachers.get(random.nextInt(cachers.size()));
    Sample file = files.get(random.nextInt(FILES));
    int column = random.nextInt(COLUMNS);
    int dice = random.nextInt(100);
    if (dice < 60 && asked.size() < MAX_OPEN) {
      ask(guest, cacher, file, column);
    } else if (dice < 68 && !asked.isEmpty()) {
      asked.get(random.nextInt(asked.size())).got().fetch().cancel();
    } else if (dice < 76) {
      origin.keeper(file, column).setFault(fault());
    } else if (dice < 84) {
      origin.keeper(file, column).clearFault();
    } else if (dice < 87) {
      cacher.skew.set(Duration.ofDays(random.nextInt(2 * MAX_SKEW_DAYS) - MAX_SKEW_DAYS));
    } else if (dice < 90) {
      cacher.hot.purge(file.name(column).hash());
    } else if (dice < 92) {
      guest.host.disconnect(cacher.host.peerId());
    } else {
      // A pause in which nothing is asked, so that some fills are left by all their readers.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
    }
  }

  private FaultRule fault() {
    Fault fault =
        switch (random.nextInt(8)) {
          case 0 -> new Fault(Fault.Kind.SLOW, 1 << 20);
          case 1 -> new Fault(Fault.Kind.STALL, random.nextInt(4 << 20));
          case 2 -> Fault.of(Fault.Kind.TRICKLE);
          case 3 -> new Fault(Fault.Kind.CLOSE_MID_BODY, 1 + random.nextInt(6 << 20));
          case 4 -> new Fault(Fault.Kind.HTTP_5XX, 503);
          case 5 -> Fault.of(Fault.Kind.BODY_CODE_500);
          case 6 -> Fault.of(Fault.Kind.ONE_BYTE_TOO_MANY);
          default ->
              random.nextInt(4) == 0 ? Fault.of(Fault.Kind.WRONG_BYTES) : Fault.of(Fault.Kind.DOWN);
        };
    return FaultRule.next(1 + random.nextInt(2), fault);
  }

  private void ask(Guest guest, TestCacher cacher, Sample file, int column) {
    FragmentName name = file.name(column);
    boolean isWhole = random.nextBoolean();
    int offset = isWhole ? 0 : random.nextInt(Layout.FRAGMENT_BYTES - 1);
    int length =
        isWhole
            ? Layout.FRAGMENT_BYTES
            : 1 + random.nextInt(Math.min(1 << 20, Layout.FRAGMENT_BYTES - offset));
    Got got = guest.get(cacher, name, offset, length);
    asked.add(new Asked(got, file, column, offset, length, System.nanoTime()));
  }

  /** Judges those that have ended. */
  private void reap() {
    for (Asked each : List.copyOf(asked)) {
      if (!each.got().fetch().result().isDone()) {
        assertThat(Duration.ofNanos(System.nanoTime() - each.beganNanos()))
            .as(seeded(each.what()))
            .isLessThan(EVERY_REQUEST_ENDS_WITHIN);
        continue;
      }
      asked.remove(each);
      if (each.got().fetch().result().isCompletedExceptionally()) {
        each.got().failure();
        failed++;
        continue;
      }
      FetchResult result = each.got().result();
      if (result instanceof FetchResult.Unverified unverified) {
        unverified.judgement().right();
      }
      boolean isRight = Arrays.equals(each.got().bytes().toByteArray(), each.expected());
      assertThat(isRight).as(seeded(each.what())).isTrue();
      right++;
    }
  }

  private void checkBounds(TestCacher cacher) {
    assertThat(cacher.hot.occupancy().usedBytes())
        .as(seeded("quota"))
        .isLessThanOrEqualTo(cacher.hot.occupancy().limitBytes());
    assertThat(cacher.node.fills().underWay())
        .as(seeded("fills"))
        .isLessThanOrEqualTo(cacher.node.fills().maxUnderWay());
    assertThat(PlatformDependent.usedDirectMemory())
        .as(seeded("memory of buffers"))
        .isLessThan(MAX_DIRECT_BYTES);
  }

  /** What each was paid by the other is within what that one has written down that it may owe. */
  private void checkBooks(List<TestCacher> cachers) {
    for (TestCacher payee : cachers) {
      for (LaneBook lane : payee.ledger.lanes()) {
        if (lane.received().isPresent()) {
          Amount promised =
              cachers.stream()
                  .filter(each -> each.key.address().equals(lane.lane().payer()))
                  .findFirst()
                  .orElseThrow()
                  .ledger
                  .lane(lane.lane())
                  .mostOwed();
          assertThat(lane.received().get().voucher().amount())
              .as(seeded("paid on " + lane.lane()))
              .isLessThanOrEqualTo(promised);
        }
      }
    }
  }
}
