package io.tributary.retriever.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigForm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetrieverConfigTest {
  @TempDir private Path directory;

  private RetrieverConfig read(String text) {
    return RetrieverConfig.from(ConfigForm.parse("retriever.toml", text), directory);
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
        RetrieverConfig.template("n.toml").replaceAll("(?m)^#(?! )", "").replaceAll("(?m)^# .*$", "");

    RetrieverConfig config = read(everything);

    assertThat(config.http().tls()).isPresent();
    assertThat(config.http().publicUrl()).isPresent();
    assertThat(config.wallet()).isPresent();
    assertThat(config.admin().token()).isPresent();
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
