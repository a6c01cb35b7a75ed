package io.tributary.libp2p.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BriefSpinTest {
  private static final long SPIN_NANOS = 50;

  private final AtomicLong now = new AtomicLong();
  private final BriefSpin spin = new BriefSpin(SPIN_NANOS, now::get);

  private int ask(int ready, boolean hasTasks) throws Exception {
    return spin.calculateStrategy(() -> ready, hasTasks);
  }

  @Test
  void events_areTakenAtOnce() throws Exception {
    assertThat(ask(3, false)).isEqualTo(3);
  }

  @Test
  void tasks_areNotKeptWaiting() throws Exception {
    assertThat(ask(0, true)).isZero();
  }

  @Test
  void nothingToDo_asksAgainUntilTheSpinIsOver_thenSleeps() throws Exception {
    assertThat(ask(0, false)).isEqualTo(SelectStrategy.CONTINUE);
    now.addAndGet(SPIN_NANOS - 1);
    assertThat(ask(0, false)).isEqualTo(SelectStrategy.CONTINUE);
    now.addAndGet(1);
    assertThat(ask(0, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void event_beginsTheSpinAnew() throws Exception {
    ask(0, false);
    now.addAndGet(SPIN_NANOS - 1);
    ask(1, false);
    now.addAndGet(SPIN_NANOS);
    assertThat(ask(0, false)).isEqualTo(SelectStrategy.CONTINUE);
  }

  @Test
  void sleep_beginsTheSpinAnew() throws Exception {
    ask(0, false);
    now.addAndGet(SPIN_NANOS);
    ask(0, false);
    assertThat(ask(0, false)).isEqualTo(SelectStrategy.CONTINUE);
  }
}
