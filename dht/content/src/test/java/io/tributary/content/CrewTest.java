package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CrewTest {
  @Test
  void everyTask_runsOnce() {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      Crew crew = new Crew(pool, 3);
      for (int round = 0; round < 1000; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(13);
        crew.run(13, runs::incrementAndGet);
        for (int i = 0; i < 13; i++) {
          assertThat(runs.get(i)).isEqualTo(1);
        }
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  @Timeout(30)
  void helper_worksAtTheSameTimeAsTheCaller() {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    try {
      CountDownLatch both = new CountDownLatch(2);
      new Crew(pool, 1)
          .run(
              2,
              task -> {
                both.countDown();
                awaitQuietly(both);
              });
      assertThat(both.getCount()).isZero();
    } finally {
      pool.shutdown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void executorThatIsBusy_leavesTheWorkToTheCallerAndLateHelpersDoNothing() {
    List<Runnable> queued = new ArrayList<>();
    List<Integer> done = new ArrayList<>();
    new Crew(queued::add, 2).run(4, done::add);
    assertThat(done).containsExactly(0, 1, 2, 3);
    assertThat(queued).hasSize(2);
    queued.forEach(Runnable::run);
    assertThat(done).hasSize(4);
  }

  @Test
  void executorThatRefuses_leavesTheWorkToTheCaller() {
    List<Integer> done = new ArrayList<>();
    new Crew(
            task -> {
              throw new RejectedExecutionException();
            },
            2)
        .run(3, done::add);
    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void taskThatFails_isReportedAfterAllOthersEnded() {
    List<Integer> done = new ArrayList<>();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(
            () ->
                new Crew(Runnable::run, 0)
                    .run(
                        3,
                        task -> {
                          if (task == 1) {
                            throw new ArithmeticException();
                          }
                          done.add(task);
                        }));
    assertThat(done).containsExactly(0, 2);
  }

  @Test
  void interrupt_isKeptForTheCaller() {
    Thread.currentThread().interrupt();
    List<Integer> done = new ArrayList<>();
    new Crew(Runnable::run, 0).run(2, done::add);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).hasSize(2);
  }

  @Test
  void negativeNumberOfHelpers_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Crew(Runnable::run, -1));
  }
}
