package io.tributary.nodekit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigForm;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NetworkProfileTest {
  private static final NetworkProfile PROFILE =
      new NetworkProfile(
          "dev \"net\"",
          new NetworkProfile.Chain(
              Optional.of("0x" + "ab".repeat(32)),
              11330,
              List.of(URI.create("ws://127.0.0.1:9944"), URI.create("https://rpc.example/ws/")),
              true,
              new NetworkProfile.Calls(60, 0, 5, 7)));

  @Test
  void writtenProfile_readsBack() {
    assertThat(NetworkProfile.from(ConfigForm.parse("p.toml", PROFILE.toToml())))
        .isEqualTo(PROFILE);
  }

  @Test
  void writtenProfile_withOverlayAndSettlement_readsBack() {
    NetworkProfile whole =
        PROFILE
            .withOverlay(
                new NetworkProfile.Overlay(
                    "/tributary/devnet",
                    List.of("/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWx"),
                    true,
                    List.of("203.0.113.0/24", "2001:db8::/32")))
            .withSettlement(
                new NetworkProfile.Settlement(
                    31337,
                    List.of(URI.create("http://127.0.0.1:8545")),
                    "0x" + "5f".repeat(20),
                    "0x" + "e7".repeat(20),
                    2,
                    7))
            .withRetrievers(
                List.of(URI.create("https://get.example"), URI.create("http://127.0.0.1:8080")));
    assertThat(NetworkProfile.from(ConfigForm.parse("p.toml", whole.toToml()))).isEqualTo(whole);
  }

  @Test
  void mistakesInOverlayAndSettlement_areNamed() {
    assertThatThrownBy(
            () ->
                NetworkProfile.from(
                    ConfigForm.parse(
                        "p.toml",
                        PROFILE.toToml()
                            + """
                            [overlay]
                            dht-prefix = "tributary"
                            bootstrap = ["/ip4/127.0.0.1/tcp/1"]
                            public-networks = ["203.0.113.0/24", "2001:db8::/32", "203.0.113.0/33", "1.2.3/8"]
                            [settlement]
                            chain-id = 0
                            rpc = ["ws://127.0.0.1:1"]
                            contract = "0x00"
                            finality-blocks = -1
                            """)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("overlay.dht-prefix: \"tributary\" is not a prefix")
        .hasMessageContaining("overlay.bootstrap: \"/ip4/127.0.0.1/tcp/1\" is not an address with")
        .hasMessageContaining("\"203.0.113.0/33\" is not a block of IP addresses")
        .hasMessageContaining("\"1.2.3/8\" is not a block of IP addresses")
        .hasMessageContaining("settlement.chain-id: 0 is not between 1 and")
        .hasMessageContaining(
            "settlement.rpc: \"ws://127.0.0.1:1\" is not an address of http, https")
        .hasMessageContaining("settlement.contract: \"0x00\" is not 0x and 40 characters")
        .hasMessageContaining("settlement.token: is missing")
        .hasMessageContaining("settlement.finality-blocks: -1 is not between 0 and");
  }

  @Test
  void everyMistake_isNamed() {
    assertThatThrownBy(
            () ->
                NetworkProfile.from(
                    ConfigForm.parse(
                        "p.toml",
                        """
                        name = "x"
                        retrievers = ["ws://a"]
                        [chain]
                        genesis = "0xAB"
                        ss58-prefix = 99999
                        rpc = ["ftp://a", "nonsense"]
                        [chain.calls]
                        file-bank = 256
                        """)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("retrievers: \"ws://a\" is not an address of http, https")
        .hasMessageContaining("chain.genesis: \"0xAB\" is not 0x and 64 characters")
        .hasMessageContaining("chain.ss58-prefix: 99999 is not between 0 and 16383")
        .hasMessageContaining("p.toml:6:8 chain.rpc: \"ftp://a\" is not an address of http")
        .hasMessageContaining("\"nonsense\" is not an address of http")
        .hasMessageContaining("chain.calls.file-bank: 256 is not between 0 and 255")
        .hasMessageContaining("chain.calls.upload-declaration: is missing");
  }

  @FuzzTest
  void anyText_isReadOrRefused(FuzzedDataProvider data) {
    try {
      NetworkProfile.from(ConfigForm.parse("p.toml", data.consumeRemainingAsString()));
    } catch (ConfigException expected) {
      assertThat(expected.mistakes()).isNotEmpty();
    }
  }
}
