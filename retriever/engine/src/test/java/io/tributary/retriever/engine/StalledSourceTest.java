package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.ByteRange;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.ScriptedSources.Pace;
import io.tributary.retriever.engine.cache.FragmentCache;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What one stalled source of twelve costs its readers, by a clock on which nothing takes time but
 * the sources.
 */
class StalledSourceTest {
  private static final int MANY = 100;
  private static final int SOME = 15;
  private static final double MOST = 1.3;
  private static final TestFile FILE = TestFile.ofOneSegment();

  private final EngineKit kit = new EngineKit();
  private final SplittableRandom random = new SplittableRandom(11);
  private int slowness = 1;
  private final ScriptedSources homes =
      new ScriptedSources(FILE, kit.sources, SourceKind.HOME, 1, true).paced(kit.time, this::pace);

  @AfterEach
  void close() {
    kit.close();
  }

  private RacingEngine start(EngineSettings settings) {
    return kit.start(FragmentCache.NONE, settings, homes);
  }

  /** 15 to 25 ms to the first byte, and one in twenty twice that; then 80 to 120 MiB/s. */
  private Pace pace() {
    synchronized (random) {
      int micros = 15_000 + random.nextInt(10_000);
      return new Pace(
          Duration.ofNanos(1000L * slowness * (random.nextInt(20) == 0 ? 2 * micros : micros)),
          Duration.ofNanos(1000L * (8_300 + random.nextInt(4_200))));
    }
  }

  /** Times to the first piece of the file, sorted. */
  private double[] firstPieces(RacingEngine engine, int reads) {
    double[] millis = new double[reads];
    for (int i = 0; i < reads; i++) {
      long began = kit.time.nanoTime();
      VerifiedStream stream =
          engine.read(FILE.view(), ByteRange.whole(FILE.size()), ReadOptions.defaults());
      kit.passTimeUntil(stream.next()).ifPresent(VerifiedBytes::close);
      millis[i] = (kit.time.nanoTime() - began) / 1e6;
      stream.cancel();
      kit.settle();
    }
    Arrays.sort(millis);
    return millis;
  }

  private static double at(double share, double[] sorted) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private void assertStallCostsLittle(RacingEngine engine, int reads, double share) {
    double well = at(share, firstPieces(engine, reads));
    homes.does(Does.HOLD, 0);
    assertThat(at(share, firstPieces(engine, reads)))
        .as("ms to the first piece that %s of the reads took at most", share)
        .isLessThan(MOST * well);
  }

  @Test
  void sourceOfTheFirstBytesStalls_p99_isNoMoreThan30PercentLater() {
    RacingEngine engine = start(EngineSettings.defaults());
    assertStallCostsLittle(engine, MANY, 0.99);
    EngineStatus status = engine.status();
    assertThat(status.extraBytes())
        .isLessThanOrEqualTo(
            (long) (0.05 * status.usefulBytes())
                + EngineSettings.defaults().racing().extraBurstBytes());
  }

  @Test
  void noExtraBytesAllowed_silentSourceIsGivenUpForOneThatCostsAsMuch() {
    EngineSettings.Racing racing = EngineSettings.defaults().racing();
    RacingEngine engine = start(EngineSettings.defaults().withRacing(racing.withExtra(0, 0, 0)));
    assertStallCostsLittle(engine, SOME, 0.5);
    assertThat(engine.status().extraBytes()).isZero();
  }

  @Test
  void allAreSlowAllAtOnce_noExtraBytesAllowed_nobodyIsGivenUpForGood() {
    EngineSettings.Racing racing = EngineSettings.defaults().racing();
    RacingEngine engine = start(EngineSettings.defaults().withRacing(racing.withExtra(0, 0, 0)));
    firstPieces(engine, SOME);
    slowness = 50;
    homes.does(Does.HOLD, 0);
    firstPieces(engine, SOME);
    assertThat(engine.status().extraBytes()).isZero();
  }

  @Test
  void stalledSourceThatIsWellAgain_isReliedOnAgain() {
    RacingEngine engine = start(EngineSettings.defaults());
    homes.does(Does.HOLD, 0);
    firstPieces(engine, SOME);
    homes.does(Does.PACED, 0);
    kit.passTime(Duration.ofMinutes(10));
    firstPieces(engine, SOME);
    homes.questions.clear();
    firstPieces(engine, SOME);
    // Without doubts, a read's first piece takes its own column, and now and then a hedge.
    assertThat(homes.questions).hasSizeLessThan(3 * SOME);
  }
}
