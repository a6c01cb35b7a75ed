package io.tributary.bench.libp2p;

import io.tributary.bench.Goal;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the host is to reach, judged by the figures of one run. */
final class Goals {

  /** What four streams may lose against one and still count as equal: the noise of a run. */
  private static final double EQUAL = 0.95;

  /**
   * What a bare Java socket moved on the machine that the speeds were set for, in MiB/s; elsewhere
   * the share of the bare socket says more than the speed.
   */
  private static final double REFERENCE_SOCKET = 4300;

  private static final int LAST_RELEASE_WITH_SLOW_CHACHA = 17;

  private final List<Throughput> throughputs;
  private final List<Goal> goals = new ArrayList<>();

  private Goals(List<Throughput> throughputs) {
    this.throughputs = throughputs;
  }

  /** The goals of the rows that were measured. */
  static List<Goal> of(
      List<Throughput> throughputs, List<Ping> pings, List<Opens> opens, int jdkRelease) {
    Goals made = new Goals(throughputs);
    made.speeds(jdkRelease);
    for (Row row : Row.values()) {
      if (row.kind() == Row.Kind.HOST) {
        made.streams(row);
      }
    }
    List<Goal> goals = made.goals;
    for (Opens each : opens) {
      goals.add(Goal.atLeast(each.row() + ", stream opens per second", each.perSecond(), 20_000));
    }
    for (Ping each : pings) {
      if (Row.of(each.row()).orElseThrow().kind() == Row.Kind.HOST) {
        goals.add(Goal.atMost(each.row() + ", ping p50, us", each.p50Micros(), 60));
      }
    }
    return List.copyOf(goals);
  }

  private void speeds(int jdkRelease) {
    speed(Row.TLS, 2000);
    over(Row.TLS, 1).ifPresent(this::tls);
    speed(Row.NOISE, 1000);
    if (jdkRelease <= LAST_RELEASE_WITH_SLOW_CHACHA) {
      speed(Row.NOISE_JDK, 240);
    }
    speed(Row.QUIC, 450);
  }

  private void speed(Row row, double wanted) {
    over(row, 1)
        .ifPresent(
            one -> {
              goals.add(Goal.atLeast(row + ", MiB/s", one.mebibytesPerSecond(), wanted));
              over(Row.RAW, 1)
                  .ifPresent(
                      raw ->
                          goals.add(
                              Goal.atLeast(
                                  row + " / raw",
                                  one.mebibytesPerSecond() / raw.mebibytesPerSecond(),
                                  wanted / REFERENCE_SOCKET)));
            });
  }

  private void tls(Throughput tls) {
    goals.add(Goal.atMost("tls, sender CPU-s/GiB", tls.senderCpuSecondsPerGibibyte(), 0.5));
    goals.add(Goal.atMost("tls, receiver CPU-s/GiB", tls.receiverCpuSecondsPerGibibyte(), 0.5));
    over(Row.BARE_TLS, 1)
        .ifPresent(
            bare ->
                goals.add(
                    Goal.atLeast(
                        "tls / bare-tls",
                        tls.mebibytesPerSecond() / bare.mebibytesPerSecond(),
                        0.85)));
  }

  private void streams(Row row) {
    Optional<Throughput> one = over(row, 1);
    Optional<Throughput> four = over(row, RowPair.MANY);
    if (one.isEmpty() || four.isEmpty()) {
      return;
    }
    goals.add(
        Goal.atLeast(
            row + ", 4 streams / 1",
            four.get().mebibytesPerSecond() / one.get().mebibytesPerSecond(),
            EQUAL));
    goals.add(Goal.atMost(row + ", 4 streams, resets", four.get().resets(), 0));
    goals.add(
        Goal.atMost(
            row + ", heap bytes/64 KiB, both sides",
            one.get().senderHeapBytesPerFrame() + one.get().receiverHeapBytesPerFrame(),
            1));
  }

  private Optional<Throughput> over(Row row, int streams) {
    return throughputs.stream()
        .filter(each -> each.row().equals(row.label()) && each.streams() == streams)
        .findFirst();
  }
}
