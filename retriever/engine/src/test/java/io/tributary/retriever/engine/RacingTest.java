package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.ScriptedSources.Pace;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How one segment is raced for, with sources that do as they are told. */
class RacingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(EngineKit.PATIENCE_SECONDS);

  /** One whole segment and a bit of the next, which is zeros but for its first column. */
  private static final TestFile FILE = TestFile.of(1, Layout.SEGMENT_BYTES + 100_000);

  private final EngineKit kit = new EngineKit();
  private final ScriptedSources miners =
      new ScriptedSources(FILE, kit.sources, SourceKind.MINER, 1, false);

  @AfterEach
  void close() {
    kit.close();
  }

  private RacingEngine start() {
    return kit.start(FragmentCache.NONE, EngineSettings.defaults(), miners);
  }

  private long readFile(RacingEngine engine) {
    return EngineKit.readAll(engine, FILE, 0, FILE.size());
  }

  /** Waits until all that was begun has ended, and nothing is held. */
  private static void awaitIdle(RacingEngine engine) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              EngineStatus status = engine.status();
              assertThat(status.races()).isZero();
              assertThat(status.fetches()).isZero();
              assertThat(status.heldBytes()).isZero();
            });
  }

  @Test
  void allSourcesWell_onlyDataColumnsAreAsked() {
    RacingEngine engine = start();
    assertThat(readFile(engine)).isEqualTo(FILE.size());
    assertThat(miners.askedColumns()).containsExactly(0, 0, 1, 2, 3);
    assertThat(engine.status().extraBytes()).isZero();
    assertThat(engine.status().streams()).isZero();
    awaitIdle(engine);
  }

  @Test
  void trace_tellsWhoWasAsked() {
    RacingEngine engine = start();
    miners.does(Does.MISS, 1);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    EngineKit.readAll(FILE, stream, 0);
    Trace trace = engine.trace(stream.traceId()).orElseThrow();
    assertThat(trace.ending()).isEqualTo(Trace.DELIVERED);
    assertThat(trace.deliveredBytes()).isEqualTo(FILE.size());
    assertThat(trace.plan()).isEqualTo(new Trace.Plan(0, 2, 5));
    assertThat(trace.phases()).containsKeys(Trace.Phase.values());
    assertThat(trace.asks())
        .anySatisfy(
            ask -> {
              assertThat(ask.source()).isEqualTo("1-0");
              assertThat(ask.outcome()).isEqualTo(Outcome.MISSING);
            })
        .anySatisfy(
            ask -> {
              assertThat(ask.column()).isGreaterThan(3);
              assertThat(ask.role()).isEqualTo(Role.REPLACEMENT);
              assertThat(ask.outcome()).isEqualTo(Outcome.VERIFIED);
            });
    assertThat(trace.bytesBySource()).containsKeys("DECODED", "MINER");
    assertThat(trace.bytesBySource().values().stream().mapToLong(each -> each).sum())
        .isEqualTo(FILE.size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyEightDead_shuffledArrival_rightBytes(long seed) {
    List<Integer> columns = new ArrayList<>();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      columns.add(column);
    }
    Collections.shuffle(columns, new Random(seed));
    int[] dead = columns.subList(0, 8).stream().mapToInt(each -> each).toArray();
    int[] alive = columns.subList(8, 12).stream().mapToInt(each -> each).toArray();
    miners.does(seed % 2 == 0 ? Does.MISS : Does.FAIL, dead).does(Does.HOLD, alive);
    RacingEngine engine = start();
    CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> readFile(engine));
    Random random = new Random(seed);
    while (!read.isDone()) {
      List<ScriptedSources.Question> held = new ArrayList<>(miners.held());
      held.removeIf(question -> !columns.subList(8, 12).contains(question.column));
      Collections.shuffle(held, random);
      miners.releaseAll(held);
      Thread.onSpinWait();
    }
    assertThat(EngineKit.get(read)).as("seed %d", seed).isEqualTo(FILE.size());
    awaitIdle(engine);
  }

  @ParameterizedTest
  @EnumSource(
      value = Does.class,
      names = {"LIE", "SEND_OTHER", "SEND_TOO_MUCH", "SEND_HALF", "FAIL", "MISS", "BUSY_ONCE"})
  void badDataColumns_rightBytesAllTheSame(Does fault) {
    RacingEngine engine = start();
    miners.does(fault, 0, 2);
    assertThat(readFile(engine)).isEqualTo(FILE.size());
    awaitIdle(engine);
  }

  @ParameterizedTest
  @EnumSource(
      value = Does.class,
      names = {"LIE", "SEND_OTHER", "SEND_TOO_MUCH"})
  void nineLie_isAnAnswerOfItsOwn(Does fault) {
    RacingEngine engine = start();
    miners.does(fault, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    VerifiedStream stream = engine.read(FILE.view(), ByteRange.whole(100), ReadOptions.defaults());
    assertThat(EngineKit.reason(stream.next())).isEqualTo(RetrievalReason.ALL_SOURCES_LIED);
    awaitIdle(engine);
  }

  @Test
  void loneSource_liedOnce_isAskedForOthersAtLast_withoutWaiting() {
    RacingEngine engine = start();
    miners.asOne("lone").does(Does.LIE, 1);
    // The clock stands still: whoever waited for the end of the quarantine would wait for ever.
    assertThat(EngineKit.readAll(engine, FILE, Layout.FRAGMENT_BYTES, 1000)).isEqualTo(1000);
    assertThat(miners.questions.get(0).column).isEqualTo(1);
    // Four others to decode from, and a spare, since it has failed before.
    assertThat(miners.questions).hasSize(1 + Layout.DATA_COLUMNS + 1);
    assertThat(miners.askedColumns()).containsOnlyOnce(1);
    awaitIdle(engine);
  }

  @Test
  void loneSource_liesAlways_isAnAnswerOfItsOwn_withoutWaiting() {
    RacingEngine engine = start();
    miners.asOne("lone").does(Does.LIE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    VerifiedStream stream = engine.read(FILE.view(), ByteRange.whole(100), ReadOptions.defaults());
    assertThat(EngineKit.reason(stream.next())).isEqualTo(RetrievalReason.ALL_SOURCES_LIED);
    awaitIdle(engine);
  }

  @Test
  void nineDead_isAnAnswerOfItsOwn_andIsRemembered() {
    RacingEngine engine = start();
    miners.does(Does.MISS, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    VerifiedStream stream = engine.read(FILE.view(), ByteRange.whole(100), ReadOptions.defaults());
    assertThat(EngineKit.reason(stream.next())).isEqualTo(RetrievalReason.NO_SOURCE);
    awaitIdle(engine);
    int asked = miners.questions.size();
    VerifiedStream again = engine.read(FILE.view(), ByteRange.whole(100), ReadOptions.defaults());
    assertThat(EngineKit.reason(again.next())).isEqualTo(RetrievalReason.NO_SOURCE);
    assertThat(miners.questions).hasSize(asked);
  }

  @Test
  void everyCircuitOpen_theyAreAskedAllTheSame() {
    RacingEngine engine = start();
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    miners.does(Does.FAIL, all);
    // Each race asks each of them twice, and what is not to be had is not asked for again at once.
    for (int race = 0; race < 4; race++) {
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(100), ReadOptions.defaults());
      assertThat(EngineKit.reason(stream.next())).isEqualTo(RetrievalReason.NO_SOURCE);
      kit.settle();
      if (race < 3) {
        kit.passTime(Duration.ofMinutes(1));
      }
    }
    miners.does(Does.SEND, all);
    // The circuits are open, since not a moment has gone by; but nobody else is left.
    assertThat(EngineKit.readAll(engine, FILE, Layout.SEGMENT_BYTES, 1000)).isEqualTo(1000);
    awaitIdle(engine);
  }

  @Test
  void hedgeThatDies_isReplaced() {
    RacingEngine engine = start();
    miners.does(Does.HOLD, 0).does(Does.FAIL, 4, 5, 6).does(Does.STALL_AFTER_ONE_MIB, 7);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    assertThat(kit.passTimeUntil(kit.reading(FILE, stream, 0).bytes())).isEqualTo(FILE.size());
    assertThat(engine.trace(stream.traceId()).orElseThrow().asks())
        .anySatisfy(
            ask -> {
              assertThat(ask.role()).isIn(Role.HEDGE, Role.SPARE);
              assertThat(ask.outcome()).isEqualTo(Outcome.FAILED);
            });
    awaitIdle(engine);
  }

  @Test
  void stalledSource_isHelpedOut_andCancelled() {
    RacingEngine engine = start();
    miners.does(Does.HOLD, 0);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    Reading reading = kit.reading(FILE, stream, 0);
    assertThat(kit.passTimeUntil(reading.bytes())).isEqualTo(FILE.size());
    assertThat(miners.questions.get(0).column).isZero();
    assertThat(miners.questions.get(0).isCancelled()).isTrue();
    assertThat(engine.trace(stream.traceId()).orElseThrow().asks())
        .anySatisfy(ask -> assertThat(ask.role()).isEqualTo(Role.HEDGE));
    awaitIdle(engine);
    // Nobody is known yet, so one more was asked than needed.
    assertThat(engine.status().extraBytes()).isLessThanOrEqualTo(Layout.FRAGMENT_BYTES);
  }

  @Test
  void allSlow_doesNotDoubleTheLoad() {
    RacingEngine engine = start();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners.does(Does.STALL_AFTER_ONE_MIB, column);
    }
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    CompletableFuture<?> next = stream.next();
    await().atMost(PATIENCE).until(() -> miners.sentBytes.get() >= 1 << 20);
    // Late, but not yet silent for so long that they count as gone.
    kit.passTime(Duration.ofMillis(4800));
    assertThat(next).isNotDone();
    assertThat(miners.questions).hasSizeGreaterThanOrEqualTo(5);
    // Four are needed; the bucket of extra bytes holds half a burst, two fragments.
    assertThat(miners.questions.size()).isLessThanOrEqualTo(6);
    stream.cancel();
    awaitIdle(engine);
    assertThat(engine.status().extraBytes()).isLessThanOrEqualTo(2L * Layout.FRAGMENT_BYTES);
  }

  @Test
  void readerGone_noSourceSendsAByteMore() {
    RacingEngine engine = start();
    miners.paced(kit.time, () -> new Pace(Duration.ofMillis(20), Duration.ofMillis(100)));
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    CompletableFuture<?> next = stream.next();
    kit.passTime(Duration.ofMillis(500));
    long sent = miners.sentBytes.get();
    assertThat(sent).isPositive();
    stream.cancel();
    assertThat(EngineKit.reason(next)).isEqualTo(RetrievalReason.CANCELLED);
    // The clock stands still until all has been said, so it is well within a second.
    kit.settle();
    assertThat(miners.questions).allMatch(ScriptedSources.Question::isCancelled);
    kit.passTime(Duration.ofSeconds(10));
    assertThat(miners.sentBytes).hasValue(sent);
    awaitIdle(engine);
    assertThat(engine.status().streams()).isZero();
  }

  @Test
  void nothingComes_deadline() {
    RacingEngine engine = start();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners.does(Does.HOLD, column);
    }
    VerifiedStream stream =
        engine.read(
            FILE.view(),
            ByteRange.whole(FILE.size()),
            ReadOptions.defaults().withDeadlines(Duration.ofSeconds(2), Duration.ofSeconds(2)));
    CompletableFuture<?> next = stream.next();
    kit.passTime(Duration.ofMillis(1999));
    assertThat(next).isNotDone();
    kit.passTime(Duration.ofMillis(1));
    assertThat(EngineKit.reason(next)).isEqualTo(RetrievalReason.DEADLINE);
    awaitIdle(engine);
  }

  @Test
  void readerThatTakesNothing_stopsTheSources() {
    RacingEngine engine = start();
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    EngineKit.check(FILE, EngineKit.get(stream.next()).orElseThrow(), 0);
    await().atMost(PATIENCE).until(() -> engine.status().fetches() == 0);
    assertThat(miners.questions).hasSizeLessThanOrEqualTo(2);
    assertThat(engine.status().heldBytes()).isLessThanOrEqualTo(2L * Layout.FRAGMENT_BYTES);
    stream.cancel();
    awaitIdle(engine);
  }

  @Test
  void close_endsReads() {
    RacingEngine engine = start();
    miners.does(Does.HOLD, 0, 1, 2, 3);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    CompletableFuture<?> next = stream.next();
    engine.close();
    assertThat(EngineKit.reason(next)).isEqualTo(RetrievalReason.CLOSED);
    awaitIdle(engine);
    VerifiedStream late =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    assertThat(EngineKit.reason(late.next())).isEqualTo(RetrievalReason.CLOSED);
  }
}
