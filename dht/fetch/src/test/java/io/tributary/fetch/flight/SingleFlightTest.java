package io.tributary.fetch.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tributary.fetch.flight.SingleFlight.Joined;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SingleFlightTest {
  private final SingleFlight<String, Object> flights = new SingleFlight<>(2);

  @Test
  void secondForTheSame_joinsTheFirst() {
    Joined<Object> first = flights.join("a", key -> new Object()).orElseThrow();
    Joined<Object> second = flights.join("a", key -> new Object()).orElseThrow();
    assertThat(first.isNew()).isTrue();
    assertThat(second.isNew()).isFalse();
    assertThat(second.flight()).isSameAs(first.flight());
    assertThat(flights.size()).isEqualTo(1);
  }

  @Test
  void landed_theNextBeginsAnew() {
    Object first = flights.join("a", key -> new Object()).orElseThrow().flight();
    assertThat(flights.land("a", first)).isTrue();
    assertThat(flights.land("a", first)).as("twice").isFalse();
    assertThat(flights.find("a")).isEmpty();
    assertThat(flights.join("a", key -> new Object()).orElseThrow().isNew()).isTrue();
    assertThat(flights.land("a", first)).as("an older one").isFalse();
    assertThat(flights.size()).isEqualTo(1);
  }

  @Test
  void tooMany_areRefused_butMayStillJoin() {
    flights.join("a", key -> new Object());
    Object b = flights.join("b", key -> new Object()).orElseThrow().flight();
    assertThat(flights.join("c", key -> new Object())).isEmpty();
    assertThat(flights.join("b", key -> new Object()).map(Joined::flight)).contains(b);
    flights.land("b", b);
    assertThat(flights.join("c", key -> new Object())).isPresent();
  }

  @Test
  void beginningThatFails_takesNoRoom() {
    for (int i = 0; i < 5; i++) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  flights.join(
                      "a",
                      key -> {
                        throw new IllegalStateException("cannot");
                      }));
    }
    assertThat(flights.size()).isZero();
  }

  @Test
  void manyAtTheSameTime_beginOnce() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 200; round++) {
        SingleFlight<String, Object> each = new SingleFlight<>(1);
        AtomicInteger begun = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Optional<Joined<Object>>> join =
            () -> {
              start.await();
              return each.join(
                  "a",
                  key -> {
                    begun.incrementAndGet();
                    return new Object();
                  });
            };
        List<Future<Optional<Joined<Object>>>> joined = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          joined.add(pool.submit(join));
        }
        List<Joined<Object>> all = new ArrayList<>();
        for (Future<Optional<Joined<Object>>> one : joined) {
          one.get().ifPresent(all::add);
        }
        assertThat(begun).hasValue(1);
        assertThat(all).extracting(Joined::flight).containsOnly(all.get(0).flight());
        assertThat(all).filteredOn(Joined::isNew).hasSize(1);
        assertThat(all).as("all joined").hasSize(threads);
        assertThat(each.size()).isEqualTo(1);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
