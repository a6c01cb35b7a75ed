package io.tributary.bench.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Runs the program for moments: the processes, the commands and the report are real. */
final class Libp2pBenchTest {
  private static final Duration MOMENT = Duration.ofMillis(200);

  @Test
  void run_measuresEachRowAskedForBetweenTwoProcesses() throws Exception {
    Settings settings = new Settings(Set.of(Row.BARE_TLS, Row.NOISE), MOMENT, MOMENT, MOMENT, 2);
    Libp2pReport report =
        new Libp2pBench(new PrintStream(PrintStream.nullOutputStream()), settings).run();

    assertThat(report.throughputs())
        .extracting(each -> each.row() + " " + each.streams())
        .containsExactly("bare-tls 1", "noise 1", "noise 4");
    assertThat(report.throughputs())
        .allSatisfy(
            each -> {
              assertThat(each.mebibytesPerSecond()).isPositive();
              assertThat(each.senderCpuSecondsPerGibibyte()).isPositive();
              assertThat(each.receiverCpuSecondsPerGibibyte()).isPositive();
            })
        .extracting(Throughput::resets)
        .containsOnly(0);
    assertThat(report.connects())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.warmMicros()).isPositive());
    assertThat(report.pings())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.p99Micros()).isGreaterThanOrEqualTo(each.p50Micros()));
    assertThat(report.opens())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.row()).isEqualTo("noise");
              assertThat(each.perSecond()).isPositive();
              assertThat(each.serialPerSecond()).isPositive();
            });
    assertThat(report.goals()).isNotEmpty();
  }
}
