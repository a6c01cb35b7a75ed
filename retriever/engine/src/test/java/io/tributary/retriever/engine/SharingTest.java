package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.fetch.SourceKind;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.ScriptedSources.Pace;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.cache.MemoryFragmentCache;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many readers, bounded memory, and the ways to read a stream. */
class SharingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(EngineKit.PATIENCE_SECONDS);
  private static final TestFile SMALL = TestFile.of(3, 300_000);
  private static final TestFile LARGE = TestFile.ofOneSegment();

  private final EngineKit kit = new EngineKit();

  @AfterEach
  void close() {
    kit.close();
  }

  private static void awaitIdle(RacingEngine engine) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(engine.status().races()).isZero();
              assertThat(engine.status().heldBytes()).isZero();
              assertThat(engine.status().streams()).isZero();
            });
  }

  @Test
  void thousandReadersOfOneColdFile_oneFetch() {
    ScriptedSources miners = new ScriptedSources(SMALL, kit.sources, SourceKind.MINER, 1, false);
    miners.does(Does.HOLD, 0);
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
    List<VerifiedStream> streams = new ArrayList<>();
    List<CompletableFuture<Optional<VerifiedBytes>>> firsts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      VerifiedStream stream =
          engine.read(SMALL.view(), ByteRange.whole(SMALL.size()), ReadOptions.defaults());
      streams.add(stream);
      firsts.add(stream.next());
    }
    await().atMost(PATIENCE).until(() -> miners.questions.size() == 1);
    assertThat(engine.status().streams()).isEqualTo(1000);
    miners.questions.get(0).release();
    for (int i = 0; i < streams.size(); i++) {
      long at = EngineKit.check(SMALL, EngineKit.get(firsts.get(i)).orElseThrow(), 0);
      assertThat(at + EngineKit.readAll(SMALL, streams.get(i), at)).isEqualTo(SMALL.size());
    }
    assertThat(miners.questions).hasSize(1);
    awaitIdle(engine);
  }

  @Test
  void oneOfTwoReadersLeaves_theOtherGetsAll() {
    ScriptedSources miners = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    miners.does(Does.HOLD, 0);
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
    VerifiedStream first =
        engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults());
    VerifiedStream second =
        engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults());
    await().atMost(PATIENCE).until(() -> miners.questions.size() == 1);
    first.cancel();
    miners.questions.get(0).release();
    assertThat(EngineKit.readAll(LARGE, second, 0)).isEqualTo(LARGE.size());
    assertThat(miners.questions).hasSize(4);
    awaitIdle(engine);
  }

  @Test
  void readersThatLeaveAtAnyMoment_leaveNothingBehind() throws Exception {
    ScriptedSources miners = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 400; i++) {
      VerifiedStream stream =
          engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults());
      int pieces = random.nextInt(12);
      long spin = random.nextInt(2_000_000);
      CompletableFuture<Void> leaving =
          CompletableFuture.runAsync(
              () -> {
                long until = System.nanoTime() + spin;
                while (System.nanoTime() < until) {
                  Thread.onSpinWait();
                }
                stream.cancel();
              });
      try {
        for (int piece = 0; piece < pieces; piece++) {
          EngineKit.get(stream.next()).ifPresent(VerifiedBytes::close);
        }
      } catch (RetrievalException e) {
        assertThat(e.reason()).isEqualTo(RetrievalReason.CANCELLED);
      }
      EngineKit.get(leaving);
    }
    awaitIdle(engine);
  }

  @Test
  void raceThatASlowReaderKeepsAlive_servesOthersAgainAndAgain() {
    ScriptedSources miners = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    miners.does(Does.MISS, 1);
    EngineSettings settings = EngineSettings.defaults();
    RacingEngine engine = kit.start(FragmentCache.NONE, settings, miners);
    int last = 3 * Layout.FRAGMENT_BYTES;
    VerifiedStream slow = engine.read(LARGE.view(), ByteRange.whole(last), ReadOptions.defaults());
    long taken = EngineKit.check(LARGE, EngineKit.get(slow.next()).orElseThrow(), 0);
    // Column 1 had to be decoded, and column 2 came along, which is kept for the slow reader.
    await().atMost(PATIENCE).until(() -> miners.questions.size() >= 4);
    kit.settle();
    int asked = miners.questions.size();
    int tooOften = settings.racing().maxAsksPerFragment() + 1;
    while (miners.questions.size() - asked < tooOften) {
      assertThat(EngineKit.readAll(engine, LARGE, last, Layout.FRAGMENT_BYTES))
          .isEqualTo(Layout.FRAGMENT_BYTES);
      assertThat(engine.status().races()).isEqualTo(1);
    }
    assertThat(miners.questions.subList(asked, miners.questions.size()))
        .allSatisfy(question -> assertThat(question.column).isEqualTo(3));
    assertThat(taken + EngineKit.readAll(LARGE, slow, taken)).isEqualTo(last);
    awaitIdle(engine);
  }

  @Test
  void manyReadersAtDifferentPaces_memoryStaysBounded() {
    ScriptedSources miners = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    long most = EngineSettings.Memory.MIN_HELD_BYTES;
    try (MemoryFragmentCache cache = new MemoryFragmentCache(16 << 20)) {
      RacingEngine engine =
          kit.start(
              cache,
              EngineSettings.defaults()
                  .withMemory(new EngineSettings.Memory(most, Duration.ofSeconds(20))),
              miners);
      List<VerifiedStream> streams = new ArrayList<>();
      long[] at = new long[20];
      for (int i = 0; i < at.length; i++) {
        streams.add(
            engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults()));
      }
      int open = at.length;
      for (int round = 0; open > 0; round++) {
        for (int i = 0; i < at.length; i++) {
          if (round % (1 + i % 3) == 0 && at[i] < LARGE.size()) {
            at[i] =
                EngineKit.check(LARGE, EngineKit.get(streams.get(i).next()).orElseThrow(), at[i]);
            open -= at[i] == LARGE.size() ? 1 : 0;
            assertThat(engine.status().heldBytes()).isLessThanOrEqualTo(most);
          }
        }
      }
      awaitIdle(engine);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5})
  void whatIsAheadHoldsTheMemoryThatTheNextPieceTakes_itGivesWay(long pauseSeconds) {
    TestFile file = TestFile.ofTwoEqualSegments();
    // All of the second segment is decoded, and held until the first has been read; most of that
    // does
    // not come, so that it has to be decoded, too.
    ScriptedSources first = new ScriptedSources(file, kit.sources, SourceKind.HOME, 1, false);
    // They take their time, so that it is worth while to fetch ahead.
    first.paced(kit.time, () -> new Pace(Duration.ofMillis(20), Duration.ofMillis(10)));
    first.does(Does.HOLD, 1, 2, 3);
    ScriptedSources second = new ScriptedSources(file, kit.sources, SourceKind.HOME, 1, false);
    second.does(Does.MISS, 0, 1, 2, 3);
    EngineSettings.Memory memory =
        new EngineSettings.Memory(EngineSettings.Memory.MIN_HELD_BYTES, Duration.ofSeconds(20));
    RacingEngine engine =
        kit.start(
            FragmentCache.NONE,
            EngineSettings.defaults().withMemory(memory),
            (wanted, atOnce, listener) ->
                (wanted.segment() == 0 ? first : second).locate(wanted, atOnce, listener));
    VerifiedStream stream =
        engine.read(file.view(), ByteRange.whole(file.size()), ReadOptions.defaults());
    long at = 0;
    while (at < file.size()) {
      at = EngineKit.check(file, kit.passTimeUntil(stream.next()).orElseThrow(), at);
      if (at == Layout.FRAGMENT_BYTES / 2) {
        // Memory is short already for what is not next yet.
        kit.passTime(Duration.ofSeconds(pauseSeconds));
      }
    }
    awaitIdle(engine);
  }

  @Test
  void readsThatAreStuck_keepNoOtherFromItsFile() {
    ScriptedSources stuck = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    for (int column = 0; column < Layout.COLUMNS; column++) {
      stuck.does(Does.HOLD, column);
    }
    ScriptedSources well = new ScriptedSources(SMALL, kit.sources, SourceKind.HOME, 1, true);
    Fid stuckFid = LARGE.view().fid();
    RacingEngine engine =
        kit.start(
            FragmentCache.NONE,
            EngineSettings.defaults(),
            (wanted, atOnce, listener) ->
                (wanted.name().fid().equals(stuckFid) ? stuck : well)
                    .locate(wanted, atOnce, listener));
    List<VerifiedStream> waiting = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      VerifiedStream stream =
          engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults());
      assertThat(stream.next()).isNotDone();
      waiting.add(stream);
    }
    // The clock stands still: whoever had to wait for the stuck ones would wait for ever.
    assertThat(EngineKit.readAll(engine, SMALL, 0, SMALL.size())).isEqualTo(SMALL.size());
    waiting.forEach(VerifiedStream::cancel);
    awaitIdle(engine);
  }

  @Test
  void moreStreamsThanMayBe_areBusy() {
    ScriptedSources miners = new ScriptedSources(SMALL, kit.sources, SourceKind.MINER, 1, false);
    miners.does(Does.HOLD, 0);
    RacingEngine engine =
        kit.start(FragmentCache.NONE, EngineSettings.defaults().withMaxStreams(1), miners);
    VerifiedStream first = engine.read(SMALL.view(), ByteRange.whole(10), ReadOptions.defaults());
    VerifiedStream second = engine.read(SMALL.view(), ByteRange.whole(10), ReadOptions.defaults());
    assertThat(EngineKit.reason(second.next())).isEqualTo(RetrievalReason.BUSY);
    first.cancel();
    awaitIdle(engine);
  }

  @Test
  void open_tellsUnknownStoringAndStoredApart() {
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults());
    Fid fid = LARGE.view().fid();
    assertThat(EngineKit.reason(engine.open(fid))).isEqualTo(RetrievalReason.UNKNOWN_FILE);
    kit.knows(LARGE.record());
    assertThat(EngineKit.reason(engine.open(fid))).isEqualTo(RetrievalReason.UNKNOWN_FILE);
    kit.time.advance(Duration.ofSeconds(7));
    FileView view = EngineKit.get(engine.open(fid));
    assertThat(view).isEqualTo(LARGE.view());
    assertThat(view.name()).isEqualTo("test.bin");
    kit.chain.put(
        SMALL.view().fid(),
        new FileAnswer.Pending(
            new Deal(SMALL.record().manifest(), SMALL.record().owners().get(0), List.of())));
    assertThat(EngineKit.reason(engine.open(SMALL.view().fid())))
        .isEqualTo(RetrievalReason.STILL_BEING_STORED);
  }

  @Test
  void inputStream_readsAll() throws Exception {
    ScriptedSources miners = new ScriptedSources(SMALL, kit.sources, SourceKind.MINER, 1, false);
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
    try (VerifiedInputStream in =
        new VerifiedInputStream(
            engine.read(SMALL.view(), ByteRange.whole(SMALL.size()), ReadOptions.defaults()))) {
      assertThat(in.readAllBytes()).isEqualTo(SMALL.bytes());
    }
    awaitIdle(engine);
  }

  @Test
  void publisher_deliversAsAskedFor() {
    ScriptedSources miners = new ScriptedSources(LARGE, kit.sources, SourceKind.MINER, 1, false);
    RacingEngine engine = kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
    CompletableFuture<byte[]> hash = new CompletableFuture<>();
    new VerifiedPublisher(
            engine.read(LARGE.view(), ByteRange.whole(LARGE.size()), ReadOptions.defaults()))
        .subscribe(
            new Flow.Subscriber<>() {
              private final MessageDigest sha256 = Sha256.newDigest();
              private Flow.Subscription subscription = new NoSubscription();

              @Override
              public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
              }

              @Override
              public void onNext(ByteBuffer piece) {
                sha256.update(piece);
                subscription.request(1);
              }

              @Override
              public void onError(Throwable failure) {
                hash.completeExceptionally(failure);
              }

              @Override
              public void onComplete() {
                hash.complete(sha256.digest());
              }
            });
    assertThat(EngineKit.get(hash)).isEqualTo(Sha256.of(LARGE.bytes()).toBytes());
    awaitIdle(engine);
  }

  private static final class NoSubscription implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }
}
