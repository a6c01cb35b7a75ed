package io.tributary.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** That the measurement measures; what, is for whoever runs it. */
class RelayBenchTest {

  @Test
  void run_movesBytesThroughARelay_andHasPeersWaitBehindIt() throws Exception {
    RelayBench.Settings little = new RelayBench.Settings(8, 0, 1, 20);

    RelayReport report =
        new RelayBench(little, new PrintStream(PrintStream.nullOutputStream())).run();

    assertThat(report.rounds()).hasSize(1);
    assertThat(report.mebibytesPerSecond()).isPositive();
    assertThat(report.mebibytesPerCpuSecond()).isPositive();
    assertThat(report.reservations()).isEqualTo(20);
    assertThat(report.toJson()).contains("\"heapKibPer1000\"");
    assertThat(report.toTable()).contains("CPU-second");
  }
}
