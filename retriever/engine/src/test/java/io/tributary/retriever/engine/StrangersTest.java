package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.ByteRange;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.ScriptedSources.Pace;
import io.tributary.retriever.engine.cache.FragmentCache;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The first read of an engine, which knows nobody, by a clock on which nothing takes time but the
 * sources.
 */
class StrangersTest {
  private static final TestFile FILE = TestFile.ofOneSegment();
  private static final EngineSettings SETTINGS = EngineSettings.defaults();

  private final EngineKit kit = new EngineKit();
  private final ScriptedSources miners =
      new ScriptedSources(FILE, kit.sources, SourceKind.MINER, 1, false);

  @AfterEach
  void close() {
    kit.close();
  }

  private void answerAfter(Duration firstByte) {
    miners.paced(kit.time, () -> new Pace(firstByte, Duration.ofMillis(10)));
  }

  /** How long the first piece takes. */
  private Duration firstPiece(RacingEngine engine) {
    long began = kit.time.nanoTime();
    VerifiedStream stream =
        engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
    Reading reading = kit.reading(FILE, stream, 0);
    assertThat(kit.passTimeUntil(reading.bytes())).isEqualTo(FILE.size());
    return Duration.ofNanos(reading.firstPieceNanos() - began);
  }

  private RacingEngine start() {
    return kit.start(FragmentCache.NONE, SETTINGS, miners);
  }

  @ParameterizedTest
  @EnumSource(
      value = Does.class,
      names = {"HOLD", "STALL_AFTER_ONE_MIB"})
  void twoOfTheDataColumnsStall_firstPieceWithinASecond(Does fault) {
    answerAfter(Duration.ofMillis(50));
    miners.does(fault, 0, 2);
    RacingEngine engine = start();
    assertThat(firstPiece(engine)).isLessThan(Duration.ofSeconds(1));
    assertThat(engine.status().extraBytes())
        .isLessThanOrEqualTo(SETTINGS.racing().extraBurstBytes());
  }

  @Test
  void eightOfTwelveSilent_firstPieceWithinThreeSeconds() {
    answerAfter(Duration.ofMillis(50));
    miners.does(Does.HOLD, 0, 1, 2, 3, 4, 5, 6, 7);
    RacingEngine engine = start();
    assertThat(firstPiece(engine)).isLessThan(Duration.ofSeconds(3));
    assertThat(engine.status().extraBytes())
        .isLessThanOrEqualTo(SETTINGS.racing().extraBurstBytes());
  }

  @Test
  void allAreSlowToAnswer_extraBytesStayInTheirBudget() {
    answerAfter(Duration.ofMillis(900));
    RacingEngine engine = start();
    Duration first = firstPiece(engine);
    assertThat(first).isLessThan(Duration.ofMillis(2 * 900));
    assertThat(engine.status().extraBytes())
        .isLessThanOrEqualTo(SETTINGS.racing().extraBurstBytes());
  }
}
