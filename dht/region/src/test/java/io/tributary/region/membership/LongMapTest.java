package io.tributary.region.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongMapTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void map_behavesLikeAHashMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LongMap map = new LongMap(random.nextLong(), random.nextInt(40));
    Map<Long, Long> model = new HashMap<>();
    int keys = 1 << (3 + random.nextInt(7));
    for (int step = 0; step < 20_000; step++) {
      long key = random.nextInt(keys);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          long value = random.nextInt(5) == 0 ? 0 : random.nextLong(-1000, 1000);
          map.put(key, value);
          model.put(key, value);
        }
        case 2, 3 -> {
          map.remove(key);
          model.remove(key);
        }
        default -> {
          if (random.nextInt(500) == 0) {
            long below = random.nextLong(-1000, 1000);
            map.removeIf(value -> value < below);
            model.values().removeIf(value -> value < below);
          }
        }
      }
      assertThat(map.size()).as("seed %s, step %s", seed, step).isEqualTo(model.size());
      assertThat(map.get(key))
          .as("seed %s, step %s", seed, step)
          .isEqualTo(model.getOrDefault(key, LongMap.NOTHING));
      if (step % 500 == 0) {
        for (long each = 0; each < keys; each++) {
          assertThat(map.contains(each))
              .as("seed %s, step %s", seed, step)
              .isEqualTo(model.containsKey(each));
          assertThat(map.get(each))
              .as("seed %s, step %s", seed, step)
              .isEqualTo(model.getOrDefault(each, LongMap.NOTHING));
        }
        assertThat(map.values())
            .as("seed %s, step %s", seed, step)
            .containsExactlyInAnyOrder(
                model.values().stream().mapToLong(Long::longValue).toArray());
      }
    }
  }

  @Test
  void valueThatStandsForNothing_isRefused() {
    assertThatThrownBy(() -> new LongMap(1).put(5, LongMap.NOTHING))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
