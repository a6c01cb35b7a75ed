package io.tributary.fetch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.fetch.ManualNanos;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.SourceGuards.Entry;
import io.tributary.fetch.guard.SourceGuards.Entry.Admitted;
import io.tributary.fetch.guard.SourceGuards.Entry.Refused;
import io.tributary.fetch.guard.SourceGuards.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceGuardsTest {
  private static final Source SOURCE = new Source(SourceKind.MINER, "m");
  private static final GuardSettings SETTINGS = GuardSettings.defaults();

  private final ManualNanos clock = new ManualNanos();
  private final SourceGuards guards = new SourceGuards(SETTINGS, clock);

  private Permit admitted() {
    Entry entry = guards.enter(SOURCE);
    assertThat(entry).isInstanceOf(Admitted.class);
    return ((Admitted) entry).permit();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      admitted().failed(new IOException("no"));
    }
  }

  @Test
  void failures_openTheCircuit_andProbesCloseItAgain() {
    fail(SETTINGS.minFetches());
    assertThat(guards.isOpen(SOURCE)).isTrue();
    assertThat(guards.enter(SOURCE)).isEqualTo(new Refused(Refusal.CIRCUIT_OPEN));
    assertThat(guards.enter(new Source(SourceKind.MINER, "other"))).isInstanceOf(Admitted.class);
    clock.advance(SETTINGS.pause().plusMillis(1));
    List<Permit> probes = List.of(admitted(), admitted());
    assertThat(guards.enter(SOURCE)).isEqualTo(new Refused(Refusal.CIRCUIT_OPEN));
    probes.forEach(Permit::succeeded);
    assertThat(guards.isOpen(SOURCE)).isFalse();
    admitted().succeeded();
  }

  @Test
  void probeThatFails_opensItAgain() {
    fail(SETTINGS.minFetches());
    clock.advance(SETTINGS.pause().plusMillis(1));
    admitted().failed(new IOException("still"));
    admitted().failed(new IOException("still"));
    assertThat(guards.isOpen(SOURCE)).isTrue();
  }

  @Test
  void lastResort_isAdmittedAlthoughTheCircuitIsOpen_andASuccessClosesIt() {
    fail(SETTINGS.minFetches());
    for (int i = 0; i < 10 * SETTINGS.maxAtOnce(); i++) {
      Permit permit = lastResort();
      if (i % 2 == 0) {
        permit.failed(new IOException("still"));
      } else {
        permit.cancelled();
      }
      assertThat(guards.isOpen(SOURCE)).isTrue();
    }
    lastResort().succeeded();
    assertThat(guards.isOpen(SOURCE)).isFalse();
    List<Permit> all = new ArrayList<>();
    for (int i = 0; i < SETTINGS.maxAtOnce(); i++) {
      all.add(admitted());
    }
    assertThat(guards.enterAsLastResort(SOURCE)).isEqualTo(new Refused(Refusal.TOO_MANY_AT_ONCE));
    all.forEach(Permit::succeeded);
  }

  private Permit lastResort() {
    return ((Admitted) guards.enterAsLastResort(SOURCE)).permit();
  }

  @Test
  void cancelledFetches_sayNothing() {
    for (int i = 0; i < 100; i++) {
      admitted().cancelled();
    }
    assertThat(guards.isOpen(SOURCE)).isFalse();
    fail(SETTINGS.minFetches() - 1);
    assertThat(guards.isOpen(SOURCE)).isFalse();
  }

  @Test
  void manyAtOnce_areRefused_untilOneEnds_andEndingTwiceCountsOnce() {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < SETTINGS.maxAtOnce(); i++) {
      permits.add(admitted());
    }
    assertThat(guards.enter(SOURCE)).isEqualTo(new Refused(Refusal.TOO_MANY_AT_ONCE));
    permits.get(0).succeeded();
    permits.get(0).succeeded();
    permits.get(0).failed(new IOException("late"));
    admitted();
    assertThat(guards.enter(SOURCE)).isEqualTo(new Refused(Refusal.TOO_MANY_AT_ONCE));
  }
}
