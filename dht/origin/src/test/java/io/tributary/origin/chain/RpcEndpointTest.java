package io.tributary.origin.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcEndpointTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9944",
        "https://node.example/",
        "ws://[::1]:9944",
        "wss://n/ws/"
      })
  void address_ofANode_isTaken(String text) {
    assertThat(RpcEndpoint.parse(text).uri()).hasToString(text);
    assertThat(RpcEndpoint.parse(text).isWebSocket()).isEqualTo(text.startsWith("ws"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "node.example",
        "node.example:9944",
        "ftp://node.example",
        "http://",
        "http:///path",
        "http://user:secret@node.example",
        "http://node.example#part",
        "http://node.example:0",
        "http://node.example:65536",
        "http://no de.example",
      })
  void address_thatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> RpcEndpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void text_forLogs_leavesOutWhatMayBeAKey() {
    assertThat(RpcEndpoint.parse("wss://node.example:443/key/abc?token=def"))
        .hasToString("wss://node.example:443");
  }
}
