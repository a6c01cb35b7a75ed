package io.tributary.acceptance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigMistake;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.config.Setting;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nodes begin with, and the profiles in {@code deploy/config}. */
final class ConfigFilesTest {
  private static final Path CONFIG = Path.of("..", "config");

  @TempDir private Path directory = Path.of("");

  @Test
  void cachersDefaults_areRightAndNameEveryKey() throws IOException {
    String template = CacherConfigFile.template();
    Path file = Files.writeString(directory.resolve("cacher.toml"), template);

    assertThat(CacherConfigFile.read(file, Overrides.NONE).settings())
        .isNotEmpty()
        .extracting(Setting::key)
        .allSatisfy(
            key -> assertThat(template).contains(key.substring(key.lastIndexOf('.') + 1) + " = "));
  }

  /** With {@code -Dconfig.write=true} it writes them instead. */
  @Test
  void defaultFiles_areWhatInitWrites() throws IOException {
    Path cacher = CONFIG.resolve("cacher.toml");
    Path retriever = CONFIG.resolve("retriever.toml");
    if (Boolean.getBoolean("config.write")) {
      Files.writeString(cacher, CacherConfigFile.template());
      Files.writeString(retriever, RetrieverConfig.template("network.toml"));
    }
    assertThat(cacher).hasContent(CacherConfigFile.template());
    assertThat(retriever).hasContent(RetrieverConfig.template("network.toml"));
  }

  @Test
  void retrieversDefaults_areRight() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("retriever.toml"), RetrieverConfig.template("mine.toml"));

    assertThat(RetrieverConfig.read(file).network()).isEqualTo(directory.resolve("mine.toml"));
  }

  @ParameterizedTest
  @CsvSource({"testnet,11330", "mainnet,11331"})
  void networkTemplate_saysWhatIsPublicAndRefusesTheRest(String network, int number)
      throws IOException {
    Path template = CONFIG.resolve("networks").resolve(network + ".toml");

    assertThatThrownBy(() -> NetworkProfile.read(template))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused -> {
              assertThat(refused.mistakes())
                  .allSatisfy(each -> assertThat(each.problem()).contains("is a placeholder"));
              assertThat(refused.mistakes())
                  .extracting(ConfigMistake::key)
                  .contains("chain.genesis", "overlay.bootstrap", "settlement.contract");
            });

    NetworkProfile filledIn = NetworkProfile.read(filledIn(template));
    assertThat(filledIn.name()).isEqualTo("cess-" + network);
    assertThat(filledIn.chain().ss58Prefix()).isEqualTo(number);
    assertThat(filledIn.chain().assignsMiners()).isFalse();
    assertThat(filledIn.settlement().orElseThrow().chainId()).isEqualTo(number);
    assertThat(filledIn.overlay().orElseThrow().local()).isFalse();
    if (network.equals("testnet")) {
      assertThat(filledIn.chain().rpc())
          .containsExactly(URI.create("wss://testnet-rpc.cess.network/ws/"));
    }
  }

  private Path filledIn(Path template) throws IOException {
    String address = "0x" + "1".repeat(40);
    String text = Files.readString(template);
    for (List<String> each :
        List.of(
            List.of("\"<hash[^\"]*>\"", "\"0x" + "2".repeat(64) + "\""),
            List.of("\"<index[^\"]*>\"", "7"),
            List.of("\"<block[^\"]*>\"", "7"),
            List.of("<multiaddr[^\"]*>", "/dns4/cacher.example.org/tcp/4001/p2p/12D3KooWx"),
            List.of("<JSON-RPC[^\"]*>", "https://evm.example.org"),
            List.of("<RPC[^\"]*>", "wss://rpc.example.org"),
            List.of("<address[^\"]*>", address))) {
      text = text.replaceAll(each.get(0), each.get(1));
    }
    return Files.writeString(directory.resolve("network.toml"), text);
  }
}
