package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.source.FragmentOffer;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.FragmentWanted;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order cachers and storage miners are asked. */
class StagingTest {
  private static final int[] ALL = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  private static final TestFile FILE = TestFile.ofOneSegment();

  private final EngineKit kit = new EngineKit();
  private final ScriptedSources homes =
      new ScriptedSources(FILE, kit.sources, SourceKind.HOME, 1, true);
  private final ScriptedSources miners =
      new ScriptedSources(FILE, kit.sources, SourceKind.MINER, 1, false);

  @AfterEach
  void close() {
    kit.close();
  }

  /** An engine that never asks the origin by chance. */
  private RacingEngine start(FragmentProvider... providers) {
    EngineSettings.Racing racing = EngineSettings.defaults().racing();
    EngineSettings.Staging staging = racing.staging();
    return kit.start(
        FragmentCache.NONE,
        EngineSettings.defaults()
            .withRacing(
                racing.withStaging(
                    new EngineSettings.Staging(staging.originPrice(), staging.originAfter(), 0))),
        providers);
  }

  /** Reads all, and waits for what is done behind it: the next read is to find no race of it. */
  private long readAll(RacingEngine engine) {
    long bytes = EngineKit.readAll(engine, FILE, 0, FILE.size());
    kit.settle();
    return bytes;
  }

  private CompletableFuture<Long> reading(VerifiedStream stream) {
    return kit.reading(FILE, stream, 0).bytes();
  }

  private static VerifiedStream read(RacingEngine engine) {
    return engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
  }

  @Test
  void minersKnownToBeQuick_cachersNobodyKnows_cachersAreAskedFirst() {
    homes.does(Does.MISS, ALL);
    RacingEngine engine = start(homes, miners);
    for (int i = 0; i < 5; i++) {
      assertThat(readAll(engine)).isEqualTo(FILE.size());
    }
    assertThat(miners.questions).as("the miners have shown what they can").hasSizeGreaterThan(8);
    miners.questions.clear();
    homes.does(Does.SEND, ALL);
    for (int i = 0; i < 5; i++) {
      assertThat(readAll(engine)).isEqualTo(FILE.size());
    }
    assertThat(miners.questions).isEmpty();
  }

  @Test
  void cacherThatStalls_isHedgedToMiners() {
    homes.does(Does.HOLD, 0);
    FragmentProvider homesOfDataColumns =
        (wanted, atOnce, listener) -> {
          if (wanted.column() < Layout.DATA_COLUMNS) {
            return homes.locate(wanted, atOnce, listener);
          }
          listener.onDone();
          return () -> {};
        };
    RacingEngine engine = start(homesOfDataColumns, miners);
    VerifiedStream stream = read(engine);
    CompletableFuture<Long> read = reading(stream);
    assertThat(kit.passTimeUntil(read)).isEqualTo(FILE.size());
    assertThat(engine.trace(stream.traceId()).orElseThrow().asks())
        .anySatisfy(
            ask -> {
              assertThat(ask.role()).isEqualTo(Role.HEDGE);
              assertThat(ask.kind()).isEqualTo("MINER");
            });
  }

  @Test
  void cachersSlowerThanTheOriginsPrice_minersAreAskedFirst() {
    homes.does(Does.HOLD, ALL);
    RacingEngine engine = start(homes, miners);
    // A column of a cacher takes seconds each time, and that of its miner no time at all.
    for (int i = 0; i < 16; i++) {
      long offset = (long) (i % Layout.DATA_COLUMNS) * Layout.FRAGMENT_BYTES;
      VerifiedStream stream =
          engine.read(FILE.view(), new ByteRange(offset, 1000), ReadOptions.defaults());
      Reading reading = kit.reading(FILE, stream, offset);
      assertThat(kit.passTimeUntil(reading.bytes())).isEqualTo(1000);
    }
    homes.questions.clear();
    miners.questions.clear();
    assertThat(readAll(engine)).isEqualTo(FILE.size());
    assertThat(homes.questions).isEmpty();
    assertThat(miners.questions).hasSize(Layout.DATA_COLUMNS);
  }

  @Test
  void cacherThatFillsItself_isGivenTheOriginsTime() {
    homes.does(Does.FILL, 0);
    RacingEngine engine = start(homes, miners);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(Layout.FRAGMENT_BYTES), ReadOptions.defaults());
    CompletableFuture<Long> read = reading(stream);
    kit.passTime(Duration.ofSeconds(2));
    assertThat(homes.questions).anyMatch(ScriptedSources.Question::isFilling);
    assertThat(miners.questions).isEmpty();
    homes.releaseAll(homes.held());
    assertThat(EngineKit.get(read)).isEqualTo(Layout.FRAGMENT_BYTES);
    assertThat(engine.status().extraBytes()).isZero();
  }

  @Test
  void cacherThatFillsItself_forever_isHedged() {
    homes.does(Does.FILL, 0);
    RacingEngine engine = start(homes, miners);
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(Layout.FRAGMENT_BYTES), ReadOptions.defaults());
    CompletableFuture<Long> read = reading(stream);
    assertThat(kit.passTimeUntil(read)).isEqualTo(Layout.FRAGMENT_BYTES);
    assertThat(homes.questions.get(0).isCancelled()).isTrue();
  }

  @Test
  void cachersFoundALittleLater_areWaitedFor() {
    RacingEngine engine = start(miners, new Later(homes, Duration.ofMillis(40), kit.time));
    CompletableFuture<Long> read = reading(read(engine));
    assertThat(kit.passTimeUntil(read)).isEqualTo(FILE.size());
    assertThat(miners.questions).isEmpty();
  }

  @Test
  void cachersNeverFound_minersAreAskedSoon() {
    RacingEngine engine = start(miners, new Later(homes, Duration.ofHours(1), kit.time));
    CompletableFuture<Long> read = reading(read(engine));
    assertThat(kit.passTimeUntil(read)).isEqualTo(FILE.size());
    assertThat(homes.questions).isEmpty();
  }

  /** Finds what another finds, some time later. */
  private record Later(FragmentProvider found, Duration after, ManualTime time)
      implements FragmentProvider {
    @Override
    public Search locate(FragmentWanted wanted, int atOnce, Listener listener) {
      var finding =
          time.schedule(
              () -> {
                var unused =
                    found.locate(
                        wanted,
                        atOnce,
                        new Listener() {
                          @Override
                          public void onOffer(FragmentOffer offer) {
                            listener.onOffer(offer);
                          }

                          @Override
                          public void onDone() {
                            listener.onDone();
                          }
                        });
              },
              after.toMillis(),
              TimeUnit.MILLISECONDS);
      return () -> finding.cancel(false);
    }
  }
}
