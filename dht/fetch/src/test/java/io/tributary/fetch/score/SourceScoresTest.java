package io.tributary.fetch.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.fetch.ManualNanos;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SourceScoresTest {
  private static final long FRAGMENT = 8 << 20;
  private static final Source HOME = new Source(SourceKind.HOME, "home");
  private static final Source OTHER_HOME = new Source(SourceKind.HOME, "other");
  private static final Source MINER = new Source(SourceKind.MINER, "miner");

  private final ManualNanos clock = new ManualNanos();

  private SourceScores scores(double exploringShare) {
    ScoreSettings defaults = ScoreSettings.defaults();
    return new SourceScores(
        new ScoreSettings(
            defaults.maxSources(),
            defaults.halfLife(),
            defaults.priorWeight(),
            exploringShare,
            defaults.firstQuarantine(),
            defaults.maxQuarantine()),
        clock,
        new SplittableRandom(1));
  }

  private static void deliver(SourceScores scores, Source source, long millis, int times) {
    for (int i = 0; i < times; i++) {
      Duration whole = Duration.ofMillis(millis);
      scores.onDelivered(source, FRAGMENT, whole.dividedBy(10), whole);
    }
  }

  @Test
  void nothingKnown_theNearerKindComesFirst() {
    assertThat(scores(0).rank(List.of(MINER, HOME), FRAGMENT)).containsExactly(HOME, MINER);
  }

  @Test
  void slowHome_comesAfterAFastMiner() {
    SourceScores scores = scores(0);
    deliver(scores, HOME, 30_000, 20);
    deliver(scores, MINER, 300, 20);
    assertThat(scores.rank(List.of(HOME, MINER), FRAGMENT)).containsExactly(MINER, HOME);
  }

  @Test
  void whatWasSeen_fades() {
    SourceScores scores = scores(0);
    deliver(scores, HOME, 30_000, 20);
    assertThat(scores.rank(List.of(HOME, OTHER_HOME), FRAGMENT)).containsExactly(OTHER_HOME, HOME);
    Duration slow = scores.expected(HOME, FRAGMENT);
    clock.advance(Duration.ofHours(2));
    assertThat(scores.expected(HOME, FRAGMENT)).isLessThan(slow.dividedBy(20));
    assertThat(scores.standing(HOME).firstByte())
        .isBetween(Duration.ofMillis(19), Duration.ofMillis(21));
  }

  @Test
  void shortRangeAndWholeFragment_areRankedByWhatTheyNeed() {
    SourceScores scores = scores(0);
    for (int i = 0; i < 20; i++) {
      // One is near and thin, the other far and fat.
      scores.onDelivered(HOME, 1 << 20, Duration.ofMillis(5), Duration.ofMillis(1005));
      scores.onDelivered(OTHER_HOME, 100 << 20, Duration.ofMillis(300), Duration.ofMillis(1300));
    }
    assertThat(scores.rank(List.of(HOME, OTHER_HOME), 64 << 10).get(0)).isEqualTo(HOME);
    assertThat(scores.rank(List.of(HOME, OTHER_HOME), FRAGMENT).get(0)).isEqualTo(OTHER_HOME);
  }

  @Test
  void kindThatIsQuick_isExpectedToBeQuickOfOthersToo_forAWhile() {
    SourceScores scores = scores(0);
    Source stranger = new Source(SourceKind.MINER, "stranger");
    Duration before = scores.late(stranger, FRAGMENT);
    deliver(scores, MINER, 20, 20);
    assertThat(scores.late(stranger, FRAGMENT)).isLessThan(before.dividedBy(20));
    assertThat(scores.late(HOME, FRAGMENT)).isEqualTo(scores.late(OTHER_HOME, FRAGMENT));
    clock.advance(Duration.ofHours(2));
    assertThat(scores.late(stranger, FRAGMENT)).isGreaterThan(before.multipliedBy(9).dividedBy(10));
  }

  @Test
  void whatWasRelayed_isToItsCredit_butSaysNothingOfItsSpeed() {
    SourceScores scores = scores(0);
    Duration before = scores.expected(HOME, FRAGMENT);
    scores.onRelayed(HOME);
    assertThat(scores.expected(HOME, FRAGMENT)).isEqualTo(before);
    scores.onFailed(HOME);
    scores.onFailed(OTHER_HOME);
    assertThat(scores.standing(HOME).failureShare())
        .isLessThan(scores.standing(OTHER_HOME).failureShare());
  }

  @Test
  void sourceThatFails_isWorthLess() {
    SourceScores scores = scores(0);
    deliver(scores, HOME, 200, 10);
    deliver(scores, OTHER_HOME, 200, 10);
    for (int i = 0; i < 10; i++) {
      scores.onFailed(HOME);
    }
    assertThat(scores.rank(List.of(HOME, OTHER_HOME), FRAGMENT).get(0)).isEqualTo(OTHER_HOME);
    assertThat(scores.standing(HOME).failureShare()).isBetween(0.4, 0.5);
  }

  @Test
  void liar_isNotAsked_andTwiceAsLongEachTime() {
    SourceScores scores = scores(0);
    Duration first = ScoreSettings.defaults().firstQuarantine();
    scores.onLied(HOME);
    assertThat(scores.rank(List.of(HOME, MINER), FRAGMENT)).containsExactly(MINER);
    assertThat(scores.standing(HOME).isQuarantined()).isTrue();
    clock.advance(first);
    assertThat(scores.rank(List.of(HOME, MINER), FRAGMENT)).contains(HOME);
    scores.onLied(HOME);
    clock.advance(first.multipliedBy(2).minusNanos(1));
    assertThat(scores.rank(List.of(HOME), FRAGMENT)).isEmpty();
    clock.advance(Duration.ofNanos(1));
    assertThat(scores.rank(List.of(HOME), FRAGMENT)).containsExactly(HOME);
    for (int i = 0; i < 100; i++) {
      scores.onLied(HOME);
    }
    clock.advance(ScoreSettings.defaults().maxQuarantine());
    assertThat(scores.rank(List.of(HOME), FRAGMENT)).containsExactly(HOME);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aShareOfRankings_explores_theOneAskedLeastRecently(long seed) {
    SourceScores scores =
        new SourceScores(ScoreSettings.defaults(), clock, new SplittableRandom(seed));
    List<Source> candidates = new ArrayList<>(List.of(HOME));
    for (int i = 0; i < 4; i++) {
      candidates.add(new Source(SourceKind.MINER, "m" + i));
    }
    Map<Source, Integer> first = new HashMap<>();
    int rankings = 4000;
    for (int i = 0; i < rankings; i++) {
      clock.advance(Duration.ofMillis(10));
      Source front = scores.rank(candidates, FRAGMENT).get(0);
      scores.onAsked(front);
      first.merge(front, 1, Integer::sum);
    }
    assertThat(first.get(HOME)).as("seed %d", seed).isBetween(3700, 3880);
    int least = first.values().stream().min(Integer::compare).orElseThrow();
    int most = candidates.stream().skip(1).mapToInt(first::get).max().orElseThrow();
    assertThat(most - least).as("in turn").isLessThanOrEqualTo(1);
  }

  @Test
  void late_isTheSourcesOwnMeasure() {
    SourceScores scores = scores(0);
    Duration unknown = scores.late(HOME, FRAGMENT);
    assertThat(unknown).isGreaterThan(scores.expected(HOME, FRAGMENT).multipliedBy(2));
    deliver(scores, HOME, 200, 400);
    deliver(scores, MINER, 2000, 400);
    Duration home = scores.late(HOME, FRAGMENT);
    Duration miner = scores.late(MINER, FRAGMENT);
    assertThat(home).isBetween(Duration.ofMillis(180), Duration.ofMillis(230));
    assertThat(miner).isBetween(Duration.ofMillis(1800), Duration.ofMillis(2300));
    // Now and then slow: what is late moves up with it.
    for (int i = 0; i < 64; i++) {
      deliver(scores, HOME, i % 8 == 0 ? 1000 : 200, 1);
    }
    assertThat(scores.late(HOME, FRAGMENT)).isGreaterThan(Duration.ofMillis(600));
  }

  @Test
  void manySources_areForgotten() {
    ScoreSettings defaults = ScoreSettings.defaults();
    SourceScores scores =
        new SourceScores(
            new ScoreSettings(
                10,
                defaults.halfLife(),
                defaults.priorWeight(),
                0,
                defaults.firstQuarantine(),
                defaults.maxQuarantine()),
            clock,
            new SplittableRandom(1));
    for (int i = 0; i < 10_000; i++) {
      scores.onFailed(new Source(SourceKind.MINER, "m" + i));
    }
    assertThat(scores.size()).isLessThanOrEqualTo(10);
  }
}
