package io.tributary.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.sim.EventQueue.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventQueueTest {

  /** Within one slice of the calendar, over many of them, and beyond its ring. */
  @ParameterizedTest
  @CsvSource({
    "1, 50",
    "2, 50",
    "3, 50000000",
    "4, 50000000",
    "5, 60000000000",
    "6, 60000000000",
    "7, 3600000000000",
    "8, 3600000000000"
  })
  void events_comeByTimeThenByTheirScheduling(long seed, long spanNanos) {
    SplittableRandom random = new SplittableRandom(seed);
    long now = 0;
    EventQueue queue = new EventQueue();
    List<Event> model = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      int lot = random.nextInt(10);
      if (lot < 6) {
        // Now and then several at one time, and some in the past.
        long at = lot == 0 ? now : now - spanNanos / 10 + random.nextLong(spanNanos);
        model.add(queue.add(Math.max(0, at), () -> {}));
        model.sort(Comparator.comparingLong(event -> event.atNanos)); // stable
      } else if (lot < 8 && !model.isEmpty()) {
        Event cancelled = model.remove(random.nextInt(model.size()));
        cancelled.cancel();
        cancelled.cancel();
      } else if (!model.isEmpty()) {
        Event next = queue.peek().orElseThrow();
        assertThat(next).as("seed %d step %d", seed, step).isSameAs(model.remove(0));
        now = Math.max(now, next.atNanos);
        queue.remove(next);
      }
      assertThat(queue.size()).isEqualTo(model.size());
    }
  }
}
