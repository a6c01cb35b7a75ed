package io.tributary.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.bench.exchange.ExchangeReport.Cpu;
import io.tributary.bench.exchange.ExchangeReport.Round;
import io.tributary.bench.exchange.ExchangeReport.Side;
import io.tributary.bench.exchange.ExchangeReport.Speeds;
import io.tributary.bench.exchange.ExchangeReport.WarmUp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a report says of its goals. */
final class ExchangeReportTest {
  private static ExchangeReport report(double costPercent, double bytesPercent) {
    return new ExchangeReport(
        "native",
        true,
        Speeds.of(List.of(new Round(100, 50))),
        new WarmUp(45, true),
        new Speeds(List.of(new Round(100, 99)), 100, 99, costPercent, 0, 4),
        new Cpu(new Side(1.5, 1, 0, 0), new Side(2.5, 2, 0, 0)),
        new Cpu(new Side(1.6, 1, 0.02, 0.05), new Side(2.6, 2, 0.03, 0.02)),
        bytesPercent,
        7,
        3);
  }

  @Test
  void goals_areReachedAtTheirBoundsAndMissedBeyond() {
    assertThat(report(2, 0.1).toTable()).contains("reached").doesNotContain("MISSED");
    assertThat(report(2.01, 0.1).toTable()).contains("MISSED");
    assertThat(report(2, 0.11).toTable()).contains("MISSED");
  }

  @Test
  void cost_isTheShareOfThroughputLost() {
    assertThat(new Round(200, 190).costPercent()).isCloseTo(5, within(1e-9));
    assertThat(new Round(100, 101).costPercent()).isCloseTo(-1, within(1e-9));
  }

  @Test
  void speeds_areMediansOfTheirOwn() {
    Speeds speeds = Speeds.of(List.of(new Round(100, 90), new Round(200, 100), new Round(50, 50)));
    assertThat(speeds.plain()).isEqualTo(100);
    assertThat(speeds.paid()).isEqualTo(90);
    assertThat(speeds.costPercent()).isCloseTo(10, within(1e-9));
  }

  @Test
  void json_hasTheFigures() {
    assertThat(report(1, 0.01).toJson()).contains("\"costPercent\":1.0", "\"bytesPercent\":0.01");
  }
}
