package io.tributary.kademlia.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimingWheelTest {

  private static final class Item extends TimingWheel.Waiting {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everything_comesOutOnceAndAtMostASlotLate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long now = 1_000_000;
    // A short ring, so that much lies more than a round ahead.
    TimingWheel<Item> wheel = new TimingWheel<>(Item.class, Duration.ofMillis(100), 16, now);
    Map<Item, Long> waiting = new HashMap<>();
    for (int step = 0; step < 5_000; step++) {
      int lot = random.nextInt(10);
      if (lot < 5) {
        Item item = new Item();
        long due = now + random.nextLong(-500, 6_000);
        wheel.put(item, due);
        waiting.put(item, Math.max(due, now));
      } else if (lot < 7 && !waiting.isEmpty()) {
        Item item = waiting.keySet().iterator().next();
        if (lot == 5) {
          wheel.remove(item);
          waiting.remove(item);
        } else {
          long due = now + random.nextLong(3_000);
          wheel.put(item, due);
          waiting.put(item, due);
        }
      } else {
        now += random.nextLong(random.nextInt(20) == 0 ? 10_000 : 300);
        List<Item> out = new ArrayList<>();
        wheel.turn(now, out::add);
        for (Item item : out) {
          assertThat(waiting.remove(item)).as("seed %d step %d", seed, step).isNotNull();
          assertThat(item.dueMillis()).as("seed %d step %d", seed, step).isLessThanOrEqualTo(now);
        }
        long late = now - 200;
        assertThat(waiting.values())
            .as("seed %d step %d", seed, step)
            .allSatisfy(due -> assertThat(due).isGreaterThan(late));
      }
    }
    List<Item> rest = new ArrayList<>();
    wheel.turn(now + 100_000, rest::add);
    assertThat(rest).containsExactlyInAnyOrderElementsOf(waiting.keySet());
  }
}
