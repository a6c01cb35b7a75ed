package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacherCommandsTest {
  @TempDir private Path directory;

  private String config() {
    return directory.resolve("cacher.toml").toString();
  }

  @Test
  void init_makesAConfigurationThatIsRight_andLeavesOneThatIsThere() throws Exception {
    assertThat(Ran.tributary("cacher", "init", "--dir", directory.toString()))
        .satisfies(ran -> assertThat(ran.exitCode()).isZero())
        .satisfies(ran -> assertThat(ran.out()).contains("12D3KooW"));
    assertThat(Ran.tributary("cacher", "validate-config", "--config", config()).exitCode())
        .isZero();
    Files.writeString(directory.resolve("cacher.toml"), "mine = true\n");
    assertThat(Ran.tributary("cacher", "init", "--dir", directory.toString()).exitCode())
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(Files.readString(directory.resolve("cacher.toml"))).isEqualTo("mine = true\n");
  }

  @Test
  void configShow_tellsWhereValuesComeFrom() {
    Ran.tributary("cacher", "init", "--dir", directory.toString());
    Ran ran =
        Ran.tributary(
            "cacher",
            "config",
            "show",
            "--origin",
            "--config",
            config(),
            "--set",
            "limits.fills=3");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("limits.fills = 3  # flag --set limits.fills")
        .contains("region = eu  # file cacher.toml:")
        .contains("drain-seconds = 30  # default");
  }

  @Test
  void wrongConfiguration_isToldWithAllItsMistakes() throws Exception {
    Files.writeString(directory.resolve("cacher.toml"), "region = \"E U\"\nfoo = 1\n");
    Ran ran = Ran.tributary("cacher", "validate-config", "--config", config());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.CONFIG.code());
    assertThat(ran.err()).contains("network: is missing").contains("region").contains("foo");
  }

  @Test
  void statusAndDrain_sayThatNoneRuns() {
    Ran.tributary("cacher", "init", "--dir", directory.toString());
    for (String command : new String[] {"status", "peers", "drain"}) {
      Ran ran = Ran.tributary("cacher", command, "--config", config());
      assertThat(ran.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
      assertThat(ran.err()).contains("no cacher runs in");
    }
  }
}
