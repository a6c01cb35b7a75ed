package io.tributary.retriever.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigForm;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.config.Setting;
import io.tributary.nodekit.config.Setting.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetrieverConfigTest {
  @TempDir private Path directory;

  private RetrieverConfig read(String text) {
    return read(text, Overrides.NONE).config();
  }

  private RetrieverConfig.Explained read(String text, Overrides overrides) {
    return RetrieverConfig.from(ConfigForm.parse("retriever.toml", text), directory, overrides);
  }

  @Test
  void template_says_theDefaults() throws Exception {
    Files.writeString(directory.resolve("admin.token"), "0123456789abcdef\n");
    String template = RetrieverConfig.template("network.toml");
    RetrieverConfig defaults = read("network = \"network.toml\"");

    assertThat(read(template)).isEqualTo(defaults);

    String spelledOut =
        template
            .replaceAll("(?m)^#(?!tls-|public-url|token-file|keystore|password-file)", "")
            .replaceAll("(?m)^ Configuration.*$", "");
    assertThat(read(spelledOut)).isEqualTo(defaults);
  }

  @Test
  void everyKeyOfTheTemplate_isKnown() throws Exception {
    Files.writeString(directory.resolve("admin.token"), "0123456789abcdef\n");
    String everything =
        RetrieverConfig.template("n.toml")
            .replaceAll("(?m)^#(?! )", "")
            .replaceAll("(?m)^# .*$", "");

    RetrieverConfig config = read(everything);

    assertThat(config.http().tls()).isPresent();
    assertThat(config.http().publicUrl()).isPresent();
    assertThat(config.wallet()).isPresent();
    assertThat(config.admin().token()).isPresent();
  }

  @Test
  void flag_goesBeforeEnvironment_andEnvironmentBeforeFile() {
    Overrides overrides =
        Overrides.NONE
            .withFlags(Map.of("cache.mebibytes", "512"))
            .withEnvironment(
                "TRIBUTARY_RETRIEVER_",
                Map.of(
                    "TRIBUTARY_RETRIEVER_CACHE__MEBIBYTES", "300",
                    "TRIBUTARY_RETRIEVER_OVERLAY__REGION", "eu-west",
                    "TRIBUTARY_RETRIEVER_CLIENTS__REQUESTS_PER_SECOND", "7",
                    "HOME", "/root"));
    RetrieverConfig.Explained read =
        read("network = \"n.toml\"\n[cache]\nmebibytes = 200\n", overrides);

    assertThat(read.config().cacheBytes()).isEqualTo(512L << 20);
    assertThat(read.config().overlay().region().name()).isEqualTo("eu-west");
    assertThat(read.config().clients().requestsPerSecond()).isEqualTo(7);
    assertThat(read.settings())
        .contains(
            new Setting("cache.mebibytes", "512", Origin.FLAG, "--set cache.mebibytes"),
            new Setting(
                "overlay.region",
                "eu-west",
                Origin.ENVIRONMENT,
                "TRIBUTARY_RETRIEVER_OVERLAY__REGION"),
            new Setting("http.listen", "127.0.0.1:8080", Origin.DEFAULT, ""))
        .anySatisfy(
            each -> {
              assertThat(each.key()).isEqualTo("network");
              assertThat(each.origin()).isEqualTo(Origin.FILE);
              assertThat(each.place()).startsWith("retriever.toml:1:");
            });
  }

  @Test
  void mistakesOfTheEnvironment_nameTheVariable_andTheNearestKey() {
    Overrides overrides =
        Overrides.NONE.withEnvironment(
            "TRIBUTARY_RETRIEVER_",
            Map.of(
                "TRIBUTARY_RETRIEVER_CACHE__MEBIBYTE", "300",
                "TRIBUTARY_RETRIEVER_HTTP__CONNECTIONS", "many"));
    assertThatThrownBy(() -> read("network = \"n.toml\"", overrides))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "TRIBUTARY_RETRIEVER_CACHE__MEBIBYTE cache.mebibyte: is not a known key; did you mean"
                + " cache.mebibytes?")
        .hasMessageContaining(
            "TRIBUTARY_RETRIEVER_HTTP__CONNECTIONS http.connections: is not a whole number");
  }

  @Test
  void mistakes_areAllReportedWithTheirPlace() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    network = "n.toml"
                    [http]
                    listen = "localhost"
                    tls-key = "key.pem"
                    [admin]
                    listen = "0.0.0.0:9000"
                    [cache]
                    megabytes = 5
                    [access]
                    fids-blocked = ["abc"]
                    """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.getMessage())
                    .contains("retriever.toml:3:")
                    .contains("http.tls-key")
                    .contains("set a token")
                    .contains("did you mean cache.mebibytes?")
                    .contains("access.fids-blocked"));
  }
}
