package io.tributary.bench.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.Goal;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GoalsTest {
  private static final List<Throughput> TLS =
      List.of(
          new Throughput("bare-tls", 1, 2400, 0.4, 0.4, 900, 40, 0),
          new Throughput("tls", 1, 1800, 0.55, 0.45, 0.25, 0.5, 0),
          new Throughput("tls", 4, 1710, 0.5, 0.5, 2, 2, 1));

  @Test
  void tls_isJudgedBySpeedCostAndTheBareTransferOfTheSameRun() {
    assertThat(Goals.of(TLS, List.of(), List.of(), 17))
        .containsExactly(
            Goal.atLeast("tls, MiB/s", 1800, 2000),
            Goal.atMost("tls, sender CPU-s/GiB", 0.55, 0.5),
            Goal.atMost("tls, receiver CPU-s/GiB", 0.45, 0.5),
            Goal.atLeast("tls / bare-tls", 0.75, 0.85),
            Goal.atLeast("tls, 4 streams / 1", 0.95, 0.95),
            Goal.atMost("tls, 4 streams, resets", 1, 0),
            Goal.atMost("tls, heap bytes/64 KiB, both sides", 0.75, 1))
        .extracting(Goal::reached)
        .containsExactly(false, false, true, false, true, false, true);
  }

  @Test
  void tls_withoutTheBareTransfer_hasNoRatio() {
    assertThat(Goals.of(TLS.subList(1, 2), List.of(), List.of(), 17))
        .extracting(Goal::name)
        .doesNotContain("tls / bare-tls")
        .contains("tls, MiB/s");
  }

  @Test
  void jdksOwnCipher_hasAGoalOnJdk17Only() {
    List<Throughput> noise = List.of(new Throughput("noise-jdk", 1, 250, 3, 3, 500, 500, 0));
    assertThat(Goals.of(noise, List.of(), List.of(), 17))
        .containsExactly(Goal.atLeast("noise-jdk, MiB/s", 250, 240));
    assertThat(Goals.of(noise, List.of(), List.of(), 25)).isEmpty();
  }

  @Test
  void pings_ofOthersThanTheHost_areNotJudged() {
    List<Ping> pings = List.of(new Ping("raw", 100, 200), new Ping("noise", 59, 200));
    assertThat(Goals.of(List.of(), pings, List.of(), 17))
        .containsExactly(Goal.atMost("noise, ping p50, us", 59, 60));
  }

  @Test
  void opens_areJudgedWhenManyAreUnderWay() {
    List<Opens> opens = List.of(new Opens("tls", 19_999, 30_000));
    assertThat(Goals.of(List.of(), List.of(), opens, 17))
        .containsExactly(Goal.atLeast("tls, stream opens per second", 19_999, 20_000));
  }
}
