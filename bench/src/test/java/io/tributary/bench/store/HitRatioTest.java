package io.tributary.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.store.StoreReport.Hits;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HitRatioTest {
  @Test
  void textbookExample_isOneHitBetter_forWhoMayTakeNothingIn() {
    long[] requests = {7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1};
    assertThat(Belady.hits(requests, 3)).isEqualTo(12);
    assertThat(Belady.lruHits(requests, 3)).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void belady_isTheBestOfAllChoices(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] requests = random.longs(12, 0, 6).toArray();
    assertThat(Belady.hits(requests, 2)).as("seed " + seed).isEqualTo(best(requests, 0, -1, -1));
  }

  /** Tries everything, with two places. */
  private static int best(long[] requests, int at, long first, long second) {
    if (at == requests.length) {
      return 0;
    }
    long name = requests[at];
    if (name == first || name == second) {
      return 1 + best(requests, at + 1, first, second);
    }
    return Math.max(
        best(requests, at + 1, first, second),
        Math.max(best(requests, at + 1, name, second), best(requests, at + 1, first, name)));
  }

  @Test
  void judge_isBetweenTheLeastRecentlyUsedAndTheBest() {
    long[] requests = ZipfTrace.requests(0.95, 10_000, 100_000, 0.25, 3);
    Hits hits = HitRatio.measure(0.95, requests, 500);
    assertThat(hits.hits()).isGreaterThan(hits.lru()).isLessThan(hits.best());
    assertThat(hits.ofBest()).isBetween(0.6, 1.0);
  }
}
