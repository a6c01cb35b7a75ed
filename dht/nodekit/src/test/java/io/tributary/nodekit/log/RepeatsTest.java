package io.tributary.nodekit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RepeatsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Repeats repeats = new Repeats(Duration.ofMinutes(1), nanos::get);

  @Test
  void repeatedMessage_isHeldBackAndCounted() {
    assertThat(repeats.admit("a")).hasValue(0);
    assertThat(repeats.admit("a")).isEmpty();
    assertThat(repeats.admit("b")).hasValue(0);
    assertThat(repeats.admit("a")).isEmpty();

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(repeats.admit("a")).hasValue(2);
    assertThat(repeats.admit("a")).isEmpty();
  }

  @Test
  void manyMessages_areForgottenOldestFirst() {
    repeats.admit("old");
    for (int i = 0; i < Repeats.MAX_KEYS; i++) {
      repeats.admit("n" + i);
    }

    assertThat(repeats.admit("n1")).isEmpty();
    assertThat(repeats.admit("old")).hasValue(0);
  }
}
