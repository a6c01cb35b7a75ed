package io.tributary.region.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.region.gossip.Marks;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

  @Test
  void rateLimit_givesABurstAndThenItsRate() {
    RateLimit limit = new RateLimit(3, 10, 42);
    assertThat(limit.tryTake(1, 100)).isTrue();
    assertThat(limit.tryTake(1, 100)).isTrue();
    assertThat(limit.tryTake(1, 100)).isTrue();
    assertThat(limit.tryTake(1, 100)).isFalse();
    assertThat(limit.tryTake(2, 100)).as("another key").isTrue();
    assertThat(limit.tryTake(1, 109)).isFalse();
    assertThat(limit.allows(1, 110)).isTrue();
    assertThat(limit.tryTake(1, 110)).isTrue();
    assertThat(limit.tryTake(1, 110)).isFalse();
    assertThat(limit.tryTake(1, 10_000)).isTrue();
  }

  @Test
  void rateLimit_keepsABoundedNumberOfKeys_thoseFurthestFromFull() {
    RateLimit limit = new RateLimit(2, 1_000_000, 42);
    limit.tryTake(-1, 0);
    limit.tryTake(-1, 0);
    for (long key = 0; key < 10L * RateLimit.MAX_KEYS; key++) {
      assertThat(limit.tryTake(key, key)).isTrue();
      assertThat(limit.size()).isLessThanOrEqualTo(RateLimit.MAX_KEYS);
    }
    assertThat(limit.size()).isGreaterThan(RateLimit.MAX_KEYS / 4);
    assertThat(limit.allows(-1, 10L * RateLimit.MAX_KEYS)).as("used most").isFalse();
  }

  @Test
  void rateLimit_forgetsKeysWhoseBucketsAreFull() {
    RateLimit limit = new RateLimit(1, 10, 42);
    for (long key = 0; key < 100_000; key++) {
      assertThat(limit.tryTake(key, key)).isTrue();
    }
    assertThat(limit.size()).isLessThan(64);
  }

  @Test
  void byteBudget_refillsToItsBurst() {
    ByteBudget budget = new ByteBudget(1000, 0);
    assertThat(budget.tryTake(4000, 0)).isTrue();
    assertThat(budget.tryTake(1, 0)).isFalse();
    assertThat(budget.tryTake(500, 500_000_000L)).isTrue();
    assertThat(budget.tryTake(1, 500_000_000L)).isFalse();
    assertThat(budget.tryTake(4001, 100_000_000_000L)).isFalse();
    assertThat(budget.tryTake(4000, 100_000_000_000L)).isTrue();
  }

  @Test
  void news_isToldSoManyTimesAndTheNewestFirst() {
    News news = new News(42);
    for (long key = 0; key < News.PER_MESSAGE + 10; key++) {
      news.add(key);
    }
    Marks first = tell(news);
    assertThat(first.size()).isEqualTo(News.PER_MESSAGE);
    assertThat(first.key(0)).isEqualTo(News.PER_MESSAGE + 9);
    assertThat(tell(news).key(0)).as("those not told yet").isEqualTo(9);
    tell(news);
    tell(news);
    assertThat(news.size()).isZero();
  }

  @Test
  void news_thatPartnersKnow_isToldLessOften() {
    News news = new News(42);
    news.add(1);
    news.add(2);
    news.known(1, 1);
    news.known(3, 1);
    assertThat(tell(news).size()).isEqualTo(2);
    assertThat(tell(news).size()).as("only the one that nobody knew").isEqualTo(1);
    news.add(1);
    news.known(1, 5);
    assertThat(tell(news)).isEqualTo(Marks.NONE);
    news.known(1, 5);
    news.add(1);
    assertThat(tell(news).size()).as("it has changed again").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void news_isToldAsOftenAsItShouldBe(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    News news = new News(random.nextLong());
    Map<Long, Integer> left = new HashMap<>();
    for (int step = 0; step < 3000; step++) {
      if (random.nextInt(3) > 0) {
        for (int i = random.nextInt(60); i > 0; i--) {
          long key = random.nextInt(2000);
          news.add(key);
          left.put(key, 2);
        }
      } else {
        Marks told = tell(news);
        assertThat(told.size())
            .as("seed %s, step %s", seed, step)
            .isEqualTo(Math.min(News.PER_MESSAGE, left.size()));
        for (int i = 0; i < told.size(); i++) {
          assertThat(left).as("seed %s, step %s", seed, step).containsKey(told.key(i));
          left.merge(told.key(i), -1, (a, b) -> a + b == 0 ? null : a + b);
        }
      }
      assertThat(news.size()).as("seed %s, step %s", seed, step).isEqualTo(left.size());
    }
  }

  @Test
  void news_isBounded() {
    News news = new News(42);
    for (long key = 0; key < News.MAX + 100; key++) {
      news.add(key);
    }
    assertThat(news.size()).isEqualTo(News.MAX);
    assertThat(tell(news).key(0)).isEqualTo(News.MAX + 99);
  }

  private static Marks tell(News news) {
    return news.tell(
        2,
        key -> false,
        (key, marks) -> {
          marks.add(key, 1, Marks.NO_DOUBT);
          return true;
        });
  }
}
