package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a bar is drawn, and how figures are written. */
final class TerminalTest {
  @ParameterizedTest
  @CsvSource({
    "true, '', xterm, true",
    "true, 1, xterm, false",
    "true, '', dumb, false",
    "false, '', xterm, false"
  })
  void bar_isDrawnForPeopleWhoDidNotAskForPlainOutput(
      boolean isInteractive, String noColor, String term, boolean isDrawn) {
    assertThat(Terminal.mayDraw(isInteractive, Map.of("NO_COLOR", noColor, "TERM", term)))
        .isEqualTo(isDrawn);
  }

  @Test
  void bar_isDrawnWithoutAnyEnvironment() {
    assertThat(Terminal.mayDraw(true, Map.of())).isTrue();
  }

  @Test
  void sizes_haveBinaryUnits() {
    assertThat(Terminal.bytes(1023)).isEqualTo("1023 B");
    assertThat(Terminal.bytes(8 << 20)).isEqualTo("8.0 MiB");
    assertThat(Terminal.rate(3 << 20, 2_000_000_000L)).isEqualTo("1.5 MiB/s");
  }
}
