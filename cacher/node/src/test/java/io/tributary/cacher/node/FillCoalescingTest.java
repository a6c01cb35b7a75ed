package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.fill.FillAnswer;
import io.tributary.cacher.node.fill.FillMetrics;
import io.tributary.cacher.node.fill.FillSettings;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.node.upstream.Upstream;
import io.tributary.cacher.node.upstream.UpstreamEnd;
import io.tributary.cacher.node.upstream.UpstreamFinder;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.guard.GuardSettings;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.ScoreSettings;
import io.tributary.fetch.score.SourceScores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads that ask for the same cold fragment at the same moment cost one fetch of it. */
final class FillCoalescingTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 12;
  private static final int PIECE_BYTES = 1 << 20;
  private static final long SEED = 1;

  @TempDir private Path directory;
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final ExecutorService askers = Executors.newFixedThreadPool(THREADS);
  private final AtomicInteger fetches = new AtomicInteger();
  private final FakeTime time = new FakeTime();
  private volatile byte[] bytes = {};

  @AfterEach
  void stop() {
    askers.shutdownNow();
    executor.shutdownNow();
  }

  /** One who has everything, and hands it over piece by piece on the executor. */
  private final class Owner implements Upstream {
    @Override
    public Source source() {
      return new Source(SourceKind.MINER, "owner");
    }

    @Override
    public FillSource blamedAs() {
      return FillSource.store();
    }

    @Override
    public Cancellation fetch(FragmentName name, Duration deadline, Receiver receiver) {
      fetches.incrementAndGet();
      byte[] all = bytes;
      executor.execute(
          () -> {
            for (int at = 0; at < all.length; at += PIECE_BYTES) {
              receiver.onBytes(ByteBuffer.wrap(all, at, PIECE_BYTES).slice());
            }
            receiver.onEnd(UpstreamEnd.of(UpstreamEnd.Kind.DELIVERED, "VERIFIED"));
          });
      return () -> {};
    }
  }

  @Test
  void askersAtTheSameMoment_shareOneFetch_andAllReadTheRightBytes() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    UpstreamFinder finder =
        (name, isAgain) -> CompletableFuture.completedStage(List.of(new Owner()));
    try (HotFragments hot =
        HotFragments.open(
            directory.resolve("store"),
            HotOptions.ofQuota(256L << 20),
            executor,
            StoreMetrics.NONE)) {
      Fills fills =
          new Fills(
              FillSettings.defaults(),
              hot,
              finder,
              new SourceScores(ScoreSettings.defaults(), time::nanoTime, random),
              new SourceGuards(GuardSettings.defaults(), time::nanoTime),
              new Outage(time::nanoTime),
              executor,
              time,
              FillMetrics.NONE,
              name -> {});
      for (int round = 0; round < ROUNDS; round++) {
        byte[] fresh = new byte[Layout.FRAGMENT_BYTES];
        random.nextBytes(fresh);
        bytes = fresh;
        fetches.set(0);
        FragmentHash hash = new FragmentHash(Sha256.of(fresh));
        ask(fills, new FragmentName(new Fid(hash.digest()), 0, 0, hash), fresh, round);
        assertThat(fetches).as("seed %d, round %d", SEED, round).hasValue(1);
        await().atMost(TestCacher.PATIENCE).until(() -> hot.contains(hash));
        await().atMost(TestCacher.PATIENCE).until(() -> fills.underWay() == 0);
        hot.purge(hash);
      }
      await().atMost(TestCacher.PATIENCE).until(() -> hot.occupancy().pins() == 0);
    }
  }

  private void ask(Fills fills, FragmentName name, byte[] right, int round) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<CacheOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      outcomes.add(
          askers.submit(
              () -> {
                together.await(20, TimeUnit.SECONDS);
                FillAnswer answer =
                    fills.get(name, false).toCompletableFuture().get(20, TimeUnit.SECONDS);
                if (answer instanceof FillAnswer.AlreadyHere) {
                  return CacheOutcome.HIT;
                }
                FragmentBody body = ((FillAnswer.Bytes) answer).body();
                try {
                  return read(body, right);
                } finally {
                  body.close();
                }
              }));
    }
    int misses = 0;
    for (Future<CacheOutcome> each : outcomes) {
      if (each.get(40, TimeUnit.SECONDS) == CacheOutcome.MISS) {
        misses++;
      }
    }
    assertThat(misses).as("seed %d, round %d: who began it", SEED, round).isOne();
  }

  private static CacheOutcome read(FragmentBody body, byte[] right) throws Exception {
    int at = 0;
    while (at < right.length) {
      int there = body.readable(at);
      if (there == 0) {
        CompletableFuture<Boolean> more = new CompletableFuture<>();
        body.onProgress(() -> more.complete(true));
        more.get(20, TimeUnit.SECONDS);
        continue;
      }
      ByteBuf piece = body.read(at, there);
      assertThat(piece.nioBuffer()).isEqualTo(ByteBuffer.wrap(right, at, there));
      piece.release();
      at += there;
    }
    return body.outcome();
  }
}
