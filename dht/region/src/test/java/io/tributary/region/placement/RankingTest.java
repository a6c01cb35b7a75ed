package io.tributary.region.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {

  private static int[] scoredOneByOne(long[] keys, double[] weights, long fragment, int count) {
    return IntStream.range(0, keys.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                i -> Ranking.score(Ranking.mix(keys[i] ^ fragment), weights[i])))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  private static long[] keys(SplittableRandom random, int n) {
    return random.longs(n).sorted().toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void first_isThatOfScoringEverybody_whateverTheWeights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = 1 + random.nextInt(700);
    long[] keys = keys(random, n);
    double[] weights = new double[n];
    double spread = random.nextDouble() * 20;
    for (int i = 0; i < n; i++) {
      weights[i] = Math.exp(spread * random.nextDouble()) * 0x1p-10;
    }
    Ranking ranking = new Ranking(keys, weights);
    for (int round = 0; round < 300; round++) {
      long fragment = random.nextLong();
      int count = 1 + random.nextInt(64);
      assertThat(ranking.first(fragment, count))
          .as("seed %s, %s members, fragment %s, first %s", seed, n, fragment, count)
          .isEqualTo(scoredOneByOne(keys, weights, fragment, count));
    }
  }

  @Test
  void first_ofOneHeavyMemberAmongManyLight_isThatOfScoringEverybody() {
    SplittableRandom random = new SplittableRandom(11);
    long[] keys = keys(random, 1000);
    double[] weights = new double[1000];
    Arrays.fill(weights, 1e-6);
    weights[500] = 1e12;
    Ranking ranking = new Ranking(keys, weights);
    for (int round = 0; round < 200; round++) {
      long fragment = random.nextLong();
      int[] first = ranking.first(fragment, 3);
      assertThat(first).isEqualTo(scoredOneByOne(keys, weights, fragment, 3));
      assertThat(first[0]).isEqualTo(500);
    }
  }

  @Test
  void share_ofFirstPlaces_isTheShareOfTheWeight() {
    SplittableRandom random = new SplittableRandom(5);
    int n = 200;
    long[] keys = keys(random, n);
    double[] weights = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      weights[i] = 1 + random.nextInt(20);
      sum += weights[i];
    }
    Ranking ranking = new Ranking(keys, weights);
    int draws = 200_000;
    int[] first = new int[n];
    for (int i = 0; i < draws; i++) {
      first[ranking.first(random.nextLong(), 1)[0]]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < n; i++) {
      double expected = draws * weights[i] / sum;
      chiSquare += (first[i] - expected) * (first[i] - expected) / expected;
    }
    // 199 degrees of freedom: beyond 290 in one of 30 000 cases.
    assertThat(chiSquare).isLessThan(290);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void leaving_movesExactlyWhatTheMemberHeld(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = 400;
    long[] keys = keys(random, n);
    double[] weights = random.doubles(n, 1, 50).toArray();
    int gone = random.nextInt(n);
    long[] fewerKeys =
        IntStream.range(0, n).filter(i -> i != gone).mapToLong(i -> keys[i]).toArray();
    double[] fewerWeights =
        IntStream.range(0, n).filter(i -> i != gone).mapToDouble(i -> weights[i]).toArray();
    Ranking before = new Ranking(keys, weights);
    Ranking after = new Ranking(fewerKeys, fewerWeights);
    long moved = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      long fragment = random.nextLong();
      int[] without =
          Arrays.stream(before.first(fragment, 7))
              .filter(i -> i != gone)
              .map(i -> i > gone ? i - 1 : i)
              .limit(6)
              .toArray();
      assertThat(after.first(fragment, 6)).as("seed %s", seed).isEqualTo(without);
      moved += Arrays.stream(before.first(fragment, 1)).filter(i -> i == gone).count();
    }
    double share = weights[gone] / Arrays.stream(weights).sum();
    assertThat((double) moved / rounds)
        .as("share of moved first homes, seed %s", seed)
        .isCloseTo(share, within(4 * Math.sqrt(share / rounds)));
  }

  @Test
  void first_ofNobody_isNobody() {
    assertThat(new Ranking(new long[0], new double[0]).first(1, 5)).isEmpty();
  }
}
