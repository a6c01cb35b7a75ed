package io.tributary.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.sim.EventQueue.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void events_comeByTimeThenByTheirScheduling(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EventQueue queue = new EventQueue();
    List<Event> model = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      int lot = random.nextInt(10);
      if (lot < 6) {
        model.add(queue.add(random.nextLong(50), () -> {}));
        model.sort(Comparator.comparingLong(event -> event.atNanos)); // stable
      } else if (lot < 8 && !model.isEmpty()) {
        Event cancelled = model.remove(random.nextInt(model.size()));
        cancelled.cancel();
        cancelled.cancel();
      } else if (!model.isEmpty()) {
        Event next = queue.peek().orElseThrow();
        assertThat(next).as("seed %d step %d", seed, step).isSameAs(model.remove(0));
        queue.remove(next);
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
  }
}
