package io.tributary.origin.dev.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Any bytes posted to the dev chain end in JSON-RPC or silence, never in an exception. */
class RpcFuzzTest {
  private static final RpcDispatch DISPATCH =
      new RpcDispatch(
          Map.of(
              "hex",
              params -> TextNode.valueOf("" + params.hex(0, 64).length),
              "int",
              params -> TextNode.valueOf("" + params.integer(0, 0, 9))));

  @FuzzTest
  void anyBytes_areAnsweredInForm(byte[] request) throws IOException {
    Optional<byte[]> answer = DISPATCH.answer(request);
    if (answer.isPresent()) {
      JsonNode json = new ObjectMapper().readTree(answer.get());
      for (JsonNode one : json.isArray() ? json : new ObjectMapper().createArrayNode().add(json)) {
        assertThat(one.get("jsonrpc").textValue()).isEqualTo("2.0");
        assertThat(one.has("result") ^ one.has("error")).isTrue();
        assertThat(one.has("id")).isTrue();
      }
    }
  }
}
