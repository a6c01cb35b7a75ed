package io.tributary.origin.miner;

import static io.tributary.origin.miner.MinerFixture.get;
import static io.tributary.origin.miner.MinerFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.UpstreamReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /status}. */
class StatusTest {
  private final MinerFixture fixture = new MinerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void status_isRead() throws Exception {
    String json =
        """
        {"code":200,"msg":"ok","data":{"pid":7,"version":"v0.8.3","cores":4,
         "endpoint":"http://1.2.3.4:15001","current_rpc":"wss://x","current_rpc_status":true,
         "is_connecting_rpc":false,"start_time":"2026","state":"positive","signature_acc":"cX",
         "declaration_space":1099511627776,"idle_space":5,"service_space":8388608,"lock_space":0,
         "idle_challenging":false}}
        """;
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, json))) {
      MinerStatus status = get(fixture.client().status(miner.endpoint()));
      assertThat(status.state()).isEqualTo("positive");
      assertThat(status.version()).contains("v0.8.3");
      assertThat(status.chainConnected()).contains(true);
      assertThat(status.declaredBytes()).hasValue(1L << 40);
      assertThat(status.idleBytes()).hasValue(5);
      assertThat(status.serviceBytes()).hasValue(8 << 20);
      assertThat(status.lockedBytes()).hasValue(0);
      assertThat(miner.requests().get(0).line()).isEqualTo("GET /status HTTP/1.1");
    }
  }

  @Test
  void whatAnOlderMinerLeavesOut_isEmpty() throws Exception {
    String json = "{\"code\":200,\"data\":{\"state\":\"offline\"}}";
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, json))) {
      MinerStatus status = get(fixture.client().status(miner.endpoint()));
      assertThat(status.state()).isEqualTo("offline");
      assertThat(status.idleBytes()).isEmpty();
      assertThat(status.chainConnected()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"code\":200}",
        "{\"code\":200,\"data\":{}}",
        "{\"code\":200,\"data\":{\"state\":7}}",
        "{\"code\":200,\"data\":{\"state\":\"positive\",\"idle_space\":-1}}",
        "{\"code\":200,\"data\":{\"state\":\"positive\",\"idle_space\":1.5}}",
        "{\"code\":200,\"data\":{\"state\":\"positive\",\"idle_space\":18446744073709551615}}",
        "{\"code\":200,\"data\":{\"state\":\"positive\",\"version\":3}}",
        "[1,2,3]",
        "OK"
      })
  void anythingElse_isMalformed(String json) throws Exception {
    try (FakeServer miner = FakeServer.start(request -> request.sendJson(200, json))) {
      assertThat(reason(fixture.client().status(miner.endpoint())))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }
}
