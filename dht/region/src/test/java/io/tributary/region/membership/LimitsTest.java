package io.tributary.region.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.region.gossip.Marks;
import org.junit.jupiter.api.Test;

class LimitsTest {

  @Test
  void rateLimit_givesABurstAndThenItsRate() {
    RateLimit limit = new RateLimit(3, 10);
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
    News news = new News();
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
  void news_isBounded() {
    News news = new News();
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
