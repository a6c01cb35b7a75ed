package io.tributary.origin.dev.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tributary.origin.dev.rpc.RpcError.Code;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON-RPC 2.0 as texts in and texts out. */
class RpcParserTest {
  private static final RpcDispatch DISPATCH =
      new RpcDispatch(
          Map.of(
              "echo",
              params -> params.find(0).orElse(TextNode.valueOf("nothing")),
              "large",
              params -> TextNode.valueOf("x".repeat(9 << 20)),
              "broken",
              params -> {
                throw new IllegalStateException("planted");
              }));

  @Test
  void call_isAnsweredUnderItsId() throws Exception {
    assertThat(answer("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"echo\",\"params\":[\"a\"]}"))
        .hasToString("{\"jsonrpc\":\"2.0\",\"result\":\"a\",\"id\":7}");
    assertThat(answer("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"echo\"}"))
        .hasToString("{\"jsonrpc\":\"2.0\",\"result\":\"nothing\",\"id\":\"x\"}");
    assertThat(answer("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"echo\",\"params\":[]}"))
        .hasToString("{\"jsonrpc\":\"2.0\",\"result\":\"nothing\",\"id\":null}");
  }

  @Test
  void notification_isNotAnswered() {
    assertThat(raw("{\"jsonrpc\":\"2.0\",\"method\":\"echo\"}")).isEmpty();
    assertThat(raw("{\"jsonrpc\":\"2.0\",\"method\":\"absent\"}")).isEmpty();
    assertThat(raw("[{\"jsonrpc\":\"2.0\",\"method\":\"echo\"}]")).isEmpty();
  }

  @Test
  void batch_isAnsweredInOrder_withoutItsNotifications() throws Exception {
    JsonNode answer =
        answer(
            "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"},"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"echo\"},"
                + "3,"
                + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"absent\"}]");
    assertThat(answer).hasSize(3);
    assertThat(answer.get(0).get("id").intValue()).isEqualTo(1);
    assertThat(answer.get(1).get("error").get("code").intValue()).isEqualTo(-32600);
    assertThat(answer.get(2).get("id").intValue()).isEqualTo(2);
    assertThat(answer.get(2).get("error").get("code").intValue()).isEqualTo(-32601);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "nul",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"} x",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"echo\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[[[[[[[[[]]]]]]]]]}",
        "{\"jsonrpc\":\"2.0\",\"id\":111111111111111111111,\"method\":\"echo\"}",
        "{'jsonrpc':'2.0'}",
        "[1,]"
      })
  void textThatIsNotJson_isAParseError(String text) throws Exception {
    assertError(text, Code.PARSE_ERROR);
  }

  @Test
  void bytesThatAreNotUtf8_areAParseError() throws Exception {
    assertError(new byte[] {'"', (byte) 0xff, '"'}, Code.PARSE_ERROR);
    assertError("{}".getBytes(StandardCharsets.UTF_16), Code.PARSE_ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "\"echo\"",
        "null",
        "[]",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"echo\"}",
        "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"echo\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"echo\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"echo\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"more\":1}"
      })
  void jsonThatIsNoRequest_isAnInvalidRequest(String text) throws Exception {
    assertError(text, Code.INVALID_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({"-1,INVALID_PARAMS", "17,INVALID_PARAMS"})
  void namedOrTooManyParameters_areInvalid(int count, Code code) throws Exception {
    String params = count < 0 ? "{\"a\":1}" : "[" + "1,".repeat(count - 1) + "1]";
    assertError(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":" + params + "}", code);
  }

  @Test
  void idOrMethodThatIsTooLong_isAnInvalidRequest() throws Exception {
    assertError(
        "{\"jsonrpc\":\"2.0\",\"id\":\"" + "x".repeat(129) + "\",\"method\":\"echo\"}",
        Code.INVALID_REQUEST);
    assertError(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + "x".repeat(65) + "\"}",
        Code.INVALID_REQUEST);
  }

  @Test
  void batchThatIsTooLong_isRefusedAsAWhole() throws Exception {
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}";
    String most = "[" + (call + ",").repeat(RpcParser.MAX_BATCH - 1) + call + "]";
    assertThat(answer(most)).hasSize(RpcParser.MAX_BATCH);
    assertError("[" + (call + ",").repeat(RpcParser.MAX_BATCH) + call + "]", Code.OVERSIZED_BATCH);
  }

  @Test
  void answersThatAreTooLargeTogether_endInAnError() throws Exception {
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"large\"}";
    JsonNode answer = answer("[" + call + "," + call + "]");
    assertThat(answer.get(0).has("result")).isTrue();
    assertThat(answer.get(1).get("error").get("code").intValue())
        .isEqualTo(Code.OVERSIZED_RESPONSE.number());
  }

  @Test
  void methodThatFails_isAnInternalError_thatTellsNothing() throws Exception {
    JsonNode answer = answer("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broken\"}");
    assertThat(answer.get("error").get("code").intValue()).isEqualTo(-32603);
    assertThat(answer.toString()).doesNotContain("planted");
  }

  private static void assertError(String text, Code code) throws Exception {
    assertError(text.getBytes(StandardCharsets.UTF_8), code);
  }

  private static void assertError(byte[] request, Code code) throws Exception {
    JsonNode error =
        new ObjectMapper().readTree(DISPATCH.answer(request).orElseThrow()).get("error");
    assertThat(error.get("code").intValue()).isEqualTo(code.number());
    assertThat(error.get("data").textValue()).isEqualTo(code.name());
  }

  private static JsonNode answer(String text) throws Exception {
    return new ObjectMapper().readTree(raw(text).orElseThrow());
  }

  private static Optional<byte[]> raw(String text) {
    return DISPATCH.answer(text.getBytes(StandardCharsets.UTF_8));
  }
}
