package io.tributary.acceptance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The units in {@code deploy/systemd}, as systemd reads them. On the build machine, where {@code
 * CI} is set, it must be there to be asked.
 */
final class SystemdUnitsTest {
  private static final Path UNITS = Path.of("..", "systemd");

  /** Of ten, ten being a service that may do everything. In tenths: 15 is 1.5. */
  private static final int MOST_EXPOSED = 15;

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void requireSystemd() {
    boolean isThere = Files.isExecutable(Path.of("/usr/bin/systemd-analyze"));
    assumeTrue(isThere || System.getenv("CI") != null, "systemd is not on this machine");
    assertThat(isThere).as("apt-get install systemd").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tributary-cacher.service", "tributary-retriever.service"})
  void unit_isUnderstoodAndExposesLittle(String name) throws Exception {
    Path unit = directory.resolve(name);
    Files.writeString(
        unit,
        Files.readString(UNITS.resolve(name)).replace("/opt/tributary/bin/tributary", "/bin/true"));

    assertThat(analyze("verify", unit.toString())).isEmpty();
    // Says "overall exposure level" and fails if it is above the threshold.
    assertThat(
            analyze("security", "--offline=true", "--threshold=" + MOST_EXPOSED, unit.toString()))
        .contains("Overall exposure level");
  }

  private static String analyze(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("systemd-analyze", "--no-pager"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }
}
