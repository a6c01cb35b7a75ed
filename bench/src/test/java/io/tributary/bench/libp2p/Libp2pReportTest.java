package io.tributary.bench.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.Goal;
import io.tributary.bench.libp2p.Libp2pReport.Connect;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Libp2pReportTest {
  private static final Libp2pReport REPORT =
      new Libp2pReport(
          List.of("-Xmx1m"),
          true,
          List.of(
              new Throughput("tls", 1, 1234.4, 0.5, 0.625, 0.125, 2, 0),
              new Throughput("js-tls", 4, 300, 3, 3, -1, -1, 2)),
          List.of(new Connect("tls", 900_000, 2500)),
          List.of(new Ping("tls", 55.5, 99)),
          List.of(new Opens("tls", 25_000, 3000)),
          List.of("js-noise: there is no node"),
          List.of(Goal.atLeast("a", 1, 2), Goal.atMost("b", 1, 2)));

  @Test
  void table_hasALineForEachFigureAndGoal() {
    assertThat(REPORT.toTable().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "pinned server to core 0, client to core 1",
            "flags -Xmx1m",
            "tls 1 1234 0.50, 0.63 0.13, 2.00 0",
            "js-tls 4 300 3.00, 3.00 2",
            "tls 900.0 2.50",
            "tls 55.5 99.0",
            "tls 25000 3000",
            "skipped: js-noise: there is no node",
            "a 1.000 goal >= 2.000 MISSED",
            "b 1.000 goal <= 2.000 reached");
  }

  @Test
  void json_hasTheSame() throws Exception {
    JsonNode json = new ObjectMapper().readTree(Libp2pBench.toJson(REPORT));
    assertThat(json.at("/flags/0").asText()).isEqualTo("-Xmx1m");
    assertThat(json.at("/throughputs/1/resets").asInt()).isEqualTo(2);
    assertThat(json.at("/pings/0/p50Micros").asDouble()).isEqualTo(55.5);
    assertThat(json.at("/goals/0/reached").asBoolean(true)).isFalse();
    assertThat(json.at("/goals/1/reached").asBoolean(false)).isTrue();
  }
}
