package io.tributary.origin.chain.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.nio.charset.StandardCharsets;

/** Whatever a node says: a response, or the typed refusal. */
class JsonRpcFuzzTest {
  private static final JsonRpc JSON_RPC = new JsonRpc(1 << 20);

  @FuzzTest
  void response(byte[] bytes) {
    try {
      RpcResponse response = JSON_RPC.response(bytes);
      if (response instanceof RpcResponse.Result result) {
        readEveryWay(RpcAnswer.of(result.json(), "it"));
      }
    } catch (ChainException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
    }
  }

  @FuzzTest
  void responseAsText(byte[] bytes) {
    try {
      assertThat(JSON_RPC.response(new String(bytes, StandardCharsets.UTF_8))).isNotNull();
    } catch (ChainException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
    }
  }

  private static void readEveryWay(RpcAnswer answer) {
    Runnable[] ways = {
      answer::text,
      answer::hexBytes,
      answer::hexInteger,
      answer::optionalHexBytes,
      () -> answer.integer(Long.MAX_VALUE),
      () -> answer.field("number"),
      () -> answer.elements(100).forEach(JsonRpcFuzzTest::readEveryWay)
    };
    for (Runnable way : ways) {
      try {
        way.run();
      } catch (ChainException e) {
        assertThat(e.reason()).isEqualTo(Reason.MALFORMED_RESPONSE);
      }
    }
  }
}
