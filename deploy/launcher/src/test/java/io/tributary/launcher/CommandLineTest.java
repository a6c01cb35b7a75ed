package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {
  @TempDir private Path dir = Path.of("");

  @Test
  void help_namesEveryCommandAndExitCode() {
    Ran help = Ran.tributary("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains("demo", "devnet", "publish", "file", "keys", "ledger", "libp2p", "bench", "sim")
        .contains("completion")
        .contains("130 interrupted");
  }

  @Test
  void version_namesTheJavaItRunsOn() {
    Ran version = Ran.tributary("--version");
    assertThat(version.out()).contains("Tributary 0.").contains("Java " + Runtime.version());
  }

  @Test
  void unknownCommand_isAUsageErrorWithAHint() {
    Ran typo = Ran.tributary("publsh");
    assertThat(typo.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(typo.err()).contains("publish");
  }

  @Test
  void simulatedDht_findsWhatIsThere() throws Exception {
    Ran sim =
        Ran.tributary(
            "sim",
            "dht",
            "--nodes",
            "40",
            "--minutes",
            "5",
            "--lookups",
            "20",
            "--churn",
            "0",
            "--json");
    assertThat(sim.exitCode()).isZero();
    JsonNode json = new ObjectMapper().readTree(sim.out());
    assertThat(json.path("lookups").asInt()).isEqualTo(20);
    assertThat(json.path("success").asDouble()).isEqualTo(1);
    assertThat(json.path("traceHash").asText()).hasSize(16);
    assertThat(Ran.tributary("sim", "dht", "--loss", "1.5").exitCode())
        .isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void inspectedFile_hasTheKnownNames() throws Exception {
    Path file = dir.resolve("hello");
    Files.writeString(file, "hello cess cdn\n", StandardCharsets.US_ASCII);
    Ran inspect = Ran.tributary("file", "inspect", "--json", file.toString());
    assertThat(inspect.exitCode()).isZero();
    JsonNode json = new ObjectMapper().readTree(inspect.out());
    assertThat(json.path("size").asLong()).isEqualTo(15);
    assertThat(json.path("fid").path("merkle").asText())
        .isEqualTo("f903e97424a5da3d1db33dcaa762b9a45d5b03f149f64a0233657edcdc5d0dda");
    assertThat(json.path("fid").path("flat").asText())
        .isEqualTo("c889a9c5dbe57c07f3e58c0a5557be414cacc8de851307ac498cc17e12f57837");
    assertThat(json.path("segments")).hasSize(1);
    assertThat(json.path("segments").path(0).path("fragments")).hasSize(12);
    assertThat(json.path("segments").path(0).path("fragments").path(11).asText())
        .isEqualTo("9c8d1c73e05aab0f7b00ed11660dddddb417dc6b51799d18ae13f8aa7ce02129");
  }

  @Test
  void emptyFile_isRefused() throws Exception {
    Path file = Files.createFile(dir.resolve("empty"));
    Ran inspect = Ran.tributary("file", "inspect", file.toString());
    assertThat(inspect.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(inspect.err()).contains("at least 1 byte");
  }

  @Test
  void missingFile_isNotFound() {
    Ran inspect = Ran.tributary("file", "inspect", dir.resolve("none").toString());
    assertThat(inspect.exitCode()).isEqualTo(ExitCode.NOT_FOUND.code());
    assertThat(inspect.err()).contains("there is no file");
  }

  @Test
  void wrongProfile_isAConfigurationErrorWithItsPlace() throws Exception {
    Path profile = dir.resolve("network.toml");
    Files.writeString(profile, "name = \"x\"\n[chain]\nrcp = []\n");
    Path file = Files.writeString(dir.resolve("file"), "content");
    Ran publish = Ran.tributary("publish", file.toString(), "--network", profile.toString());
    assertThat(publish.exitCode()).isEqualTo(ExitCode.CONFIG.code());
    assertThat(publish.err()).contains("network.toml:3:1 chain.rcp").contains("chain.rpc");
  }

  @Test
  void completion_ofBash_completesCommandsAndOptions() throws Exception {
    Path script =
        Files.writeString(
            dir.resolve("completion.bash"), Ran.tributary("completion", "bash").out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '"
                    + script
                    + "'; COMP_WORDS=(tributary retriever ''); COMP_CWORD=2;"
                    + " _complete_tributary; echo \"${COMPREPLY[@]}\";"
                    + " COMP_WORDS=(tributary get --wa); COMP_CWORD=2;"
                    + " _complete_tributary; echo \"${COMPREPLY[@]}\"")
            .redirectErrorStream(true)
            .start();
    String replied = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(bash.waitFor()).as(replied).isZero();
    assertThat(replied).contains("validate-config", "doctor", "peers", "--wallet");
  }

  @Test
  void completion_ofZsh_turnsOnWhatBashFunctionsNeed() {
    assertThat(Ran.tributary("completion", "zsh").out())
        .startsWith("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit")
        .contains("complete -F");
    assertThat(Ran.tributary("completion", "fish").exitCode()).isEqualTo(ExitCode.USAGE.code());
  }
}
