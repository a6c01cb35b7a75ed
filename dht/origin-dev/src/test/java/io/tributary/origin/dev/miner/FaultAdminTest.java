package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.origin.dev.miner.Fault.Kind;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults switched over HTTP. */
class FaultAdminTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private MinerRig rig;
  private FaultAdmin admin;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws Exception {
    rig = new MinerRig(directory, Duration.ofHours(1));
    admin = FaultAdmin.start(rig.runtime, 0, List.of(rig.miner));
  }

  @AfterEach
  void stop() throws Exception {
    admin.close();
    rig.close();
  }

  @Test
  void fault_isSetListedAndCleared() throws Exception {
    JsonNode set =
        json(
            post(
                "{\"miner\":0,\"fault\":\"SLOW\",\"amount\":1000,"
                    + "\"probability\":0.5,\"strikes\":3}"));
    assertThat(set.at("/data/0/fault").textValue())
        .isEqualTo("SLOW(1000) with probability 0.5, 3 times");
    assertThat(rig.miner.fault()).contains(new FaultRule(new Fault(Kind.SLOW, 1000), 0.5, 3));
    HttpResponse<String> list =
        http.send(
            HttpRequest.newBuilder(URI.create(admin.url() + "/dev/fault")).build(),
            BodyHandlers.ofString());
    assertThat(json(list)).isEqualTo(set);
    assertThat(json(post("{\"miner\":0,\"fault\":\"NONE\"}")).at("/data/0/fault").textValue())
        .isEqualTo("NONE");
    assertThat(rig.miner.fault()).isEmpty();
  }

  @Test
  void minerThatIsDown_isBroughtBackByItsFaultPort() throws Exception {
    for (int i = 0; i < 50; i++) {
      post("{\"miner\":0,\"fault\":\"DOWN\"}");
      assertThatThrownBy(() -> new RawHttp(rig.miner.port())).isInstanceOf(ConnectException.class);
      assertThat(post("{\"miner\":0,\"fault\":\"NONE\"}").statusCode()).isEqualTo(200);
      new RawHttp(rig.miner.port()).close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"miner\":0}",
        "{\"miner\":1,\"fault\":\"DOWN\"}",
        "{\"miner\":-1,\"fault\":\"DOWN\"}",
        "{\"miner\":\"0\",\"fault\":\"DOWN\"}",
        "{\"miner\":0,\"fault\":\"down\"}",
        "{\"miner\":0,\"fault\":\"DOWN\",\"amount\":1}",
        "{\"miner\":0,\"fault\":\"SLOW\",\"amount\":1.5}",
        "{\"miner\":0,\"fault\":\"SLOW\",\"amount\":1,\"probability\":2}",
        "{\"miner\":0,\"fault\":\"SLOW\",\"amount\":1,\"probability\":\"1\"}",
        "{\"miner\":0,\"fault\":\"SLOW\",\"amount\":1,\"strikes\":0}",
        "{\"miner\":0,\"fault\":\"DOWN\",\"more\":1}",
        "{\"miner\":0,\"miner\":0,\"fault\":\"DOWN\"}",
        "{\"miner\":0,\"fault\":\"DOWN\"} x"
      })
  void orderThatIsNotUnderstood_changesNothing(String order) throws Exception {
    HttpResponse<String> answer = post(order);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("code").intValue()).isEqualTo(400);
    assertThat(rig.miner.fault()).isEmpty();
  }

  @Test
  void orderThatIsNotPostedAsJson_changesNothing() throws Exception {
    URI url = URI.create(admin.url() + "/dev/fault");
    HttpRequest form =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{\"miner\":0,\"fault\":\"DOWN\"}"))
            .build();
    assertThat(http.send(form, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    HttpRequest put = HttpRequest.newBuilder(url).PUT(BodyPublishers.ofString("{}")).build();
    assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    HttpRequest other = HttpRequest.newBuilder(URI.create(admin.url() + "/")).build();
    assertThat(http.send(other, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    assertThat(post(" ".repeat(FaultAdmin.MAX_BODY_BYTES + 1)).statusCode()).isEqualTo(413);
    assertThat(rig.miner.fault()).isEmpty();
  }

  private HttpResponse<String> post(String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(admin.url() + "/dev/fault"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }
}
