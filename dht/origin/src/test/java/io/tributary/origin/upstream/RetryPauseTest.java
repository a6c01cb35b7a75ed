package io.tributary.origin.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
  private static final UpstreamLimits.Retries RETRIES =
      new UpstreamLimits.Retries(9, Duration.ofMillis(200), Duration.ofSeconds(2));

  @Test
  void pauses_doubleUpToTheLongest() {
    assertThat(Guards.pauseMillis(RETRIES, 1, 1)).isEqualTo(200);
    assertThat(Guards.pauseMillis(RETRIES, 2, 1)).isEqualTo(400);
    assertThat(Guards.pauseMillis(RETRIES, 4, 1)).isEqualTo(1600);
    assertThat(Guards.pauseMillis(RETRIES, 5, 1)).isEqualTo(2000);
    assertThat(Guards.pauseMillis(RETRIES, 9, 1)).isEqualTo(2000);
  }

  @Test
  void upToHalfOfAPause_isLeftOut() {
    assertThat(Guards.pauseMillis(RETRIES, 1, 0)).isEqualTo(100);
    assertThat(Guards.pauseMillis(RETRIES, 1, 0.5)).isEqualTo(150);
  }
}
