package io.tributary.origin.deoss;

import static io.tributary.origin.deoss.DeossFixture.get;
import static io.tributary.origin.deoss.DeossFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.upstream.FakeServer;
import io.tributary.origin.upstream.UpstreamReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /file/metadata} and {@code /version}. */
class ValueTest {
  private static final Fid FID = Fid.parse("0f".repeat(32));
  private static final AccountId ACCOUNT = AccountId.of(new byte[32]);
  private static final String ADDRESS =
      new Ss58Address(Ss58Address.CESS_TESTNET, ACCOUNT).toString();
  private static final String METADATA =
      "{\"fid\":\""
          + FID
          + "\",\"size\":1234,\"owner\":[{\"user\":\""
          + ADDRESS
          + "\",\"file_name\":\"a.txt\"}]}";

  private final DeossFixture fixture = new DeossFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "{\"code\":200,\"msg\":\"ok\",\"data\":%s}",
        "{\"code\":200,\"msg\":\"ok\",\"data\":%s}{\"code\":200,\"msg\":\"ok\",\"data\":{}}"
      })
  void metadata_isReadWithAndWithoutEnvelope(String form) throws Exception {
    String body = form.replace("%s", METADATA);
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(200, body))) {
      FileMetadata metadata = get(fixture.client().metadata(gateway.endpoint(), FID));
      assertThat(metadata.fid()).isEqualTo(FID);
      assertThat(metadata.sizeBytes()).isEqualTo(1234);
      assertThat(metadata.owners()).containsExactly(new FileMetadata.Owner(ACCOUNT, "a.txt"));
      assertThat(gateway.requests().get(0).line())
          .isEqualTo("GET /file/metadata/" + FID + " HTTP/1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "{\"code\":200}",
        "{\"fid\":\"FID\",\"size\":0,\"owner\":[]}",
        "{\"fid\":\"FID\",\"size\":-1,\"owner\":[]}",
        "{\"fid\":\"FID\",\"size\":1.5,\"owner\":[]}",
        "{\"fid\":\"FID\",\"size\":\"1\",\"owner\":[]}",
        "{\"fid\":\"FID\",\"size\":99999999999999,\"owner\":[]}",
        "{\"fid\":\"FID\",\"size\":1,\"owner\":{}}",
        "{\"fid\":\"FID\",\"size\":1,\"owner\":[{\"user\":\"x\",\"file_name\":\"y\"}]}",
        "{\"fid\":\"FID\",\"size\":1,\"owner\":[7]}",
        "{\"fid\":\"00\",\"size\":1,\"owner\":[]}",
        "{\"fid\":\"0000000000000000000000000000000000000000000000000000000000000000\","
            + "\"size\":1,\"owner\":[]}"
      })
  void otherMetadata_isMalformed(String form) throws Exception {
    String body = form.replace("FID", FID.toHex());
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(200, body))) {
      assertThat(reason(fixture.client().metadata(gateway.endpoint(), FID)))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }

  @Test
  void unknownFile_isNotFound() throws Exception {
    try (FakeServer gateway =
        FakeServer.start(request -> request.sendJson(200, "{\"code\":404,\"msg\":\"x\"}"))) {
      assertThat(reason(fixture.client().metadata(gateway.endpoint(), FID)))
          .isEqualTo(UpstreamReason.NOT_FOUND);
    }
  }

  @Test
  void version_isABareJsonString() throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(200, "\"v0.6.1\""))) {
      assertThat(get(fixture.client().version(gateway.endpoint()))).isEqualTo("v0.6.1");
      assertThat(gateway.requests().get(0).line()).isEqualTo("GET /version HTTP/1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0.6.1", "7", "{\"version\":\"v1\"}", "null"})
  void otherVersion_isMalformed(String body) throws Exception {
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(200, body))) {
      assertThat(reason(fixture.client().version(gateway.endpoint())))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }

  @Test
  void endlessVersion_isMalformed() throws Exception {
    String body = "\"" + "v".repeat(65) + "\"";
    try (FakeServer gateway = FakeServer.start(request -> request.sendJson(200, body))) {
      assertThat(reason(fixture.client().version(gateway.endpoint())))
          .isEqualTo(UpstreamReason.MALFORMED);
    }
  }
}
