package io.tributary.origin.dev.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.MinerClient;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.identity.SignedText;
import io.tributary.origin.identity.Ss58Address;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A well-behaved miner over real connections, asked rightly and wrongly. */
class MinerApiTest {
  private static final SampleFile FILE = SampleFile.of(1, 1, 8);
  private static final FragmentHash FRAGMENT = FILE.fragment(0, MinerRig.COLUMN);
  private static final byte[] BYTES = FILE.bytes(0, MinerRig.COLUMN);

  private final MinerClient client = new MinerClient(Accounts.number(3));
  private MinerRig rig;
  private String url;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws Exception {
    rig = new MinerRig(directory, Duration.ofHours(1));
    url = rig.miner.url();
    rig.order(FILE);
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void fragment_isStoredReadAndReported() throws Exception {
    assertCode(client.get(url, FILE.fid(), FRAGMENT), 200, 404);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, BYTES), 200, 200);
    HttpResponse<byte[]> read = client.get(url, FILE.fid(), FRAGMENT);
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("content-type")).contains("application/octet-stream");
    assertThat(read.body()).isEqualTo(BYTES);
    await().atMost(Duration.ofSeconds(10)).until(() -> rig.reports.size() == 1);
    assertThat(rig.reports.get(0))
        .isEqualTo(rig.miner.account() + " " + FILE.fid() + " " + MinerRig.COLUMN);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void fragmentStoredAgain_isFine_andReportedOnce() throws Exception {
    assertCode(client.put(url, FILE.fid(), FRAGMENT, BYTES), 200, 200);
    await().atMost(Duration.ofSeconds(10)).until(() -> rig.reports.size() == 1);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, BYTES), 200, 200);
    assertThat(client.get(url, FILE.fid(), FRAGMENT).body()).isEqualTo(BYTES);
    assertThat(rig.reports).hasSize(1);
  }

  @Test
  void zeroFragment_needsNoBody() throws Exception {
    assertCode(client.get(url, FILE.fid(), FragmentHash.ZERO), 200, 404);
    assertCode(client.putNothing(url, FILE.fid(), FragmentHash.ZERO), 200, 200);
    HttpResponse<byte[]> read = client.get(url, FILE.fid(), FragmentHash.ZERO);
    assertThat(read.body()).isEqualTo(new byte[Layout.FRAGMENT_BYTES]);
    assertCode(
        client.put(url, FILE.fid(), FragmentHash.ZERO, new byte[Layout.FRAGMENT_BYTES]), 200, 200);
  }

  @Test
  void signatureOverTheWrappedMessage_isTaken_withoutPrefixAndWithIt() throws Exception {
    byte[] raw = Accounts.number(3).sign("<Bytes>hi</Bytes>".getBytes(StandardCharsets.UTF_8));
    String hex = HexFormat.of().formatHex(raw);
    for (String signature : List.of(hex, "0x" + hex)) {
      assertCode(client.send(unsigned("hi", signature).build()), 200, 404);
    }
  }

  @Test
  void badSignature_isForbidden_inHttpAndBody() throws Exception {
    String valid = SignedText.sign(Accounts.number(3), "hi").signature();
    for (HttpRequest request :
        List.of(
            unsigned("hi", valid.replace(valid.charAt(5), valid.charAt(5) == '0' ? '1' : '0'))
                .build(),
            unsigned("other", valid).build(),
            unsigned("hi", "zz").build(),
            unsigned("hi", valid)
                .setHeader("Account", new Ss58Address(42, Accounts.number(4).account()).toString())
                .build(),
            unsigned("hi", valid).setHeader("Account", "nobody").build(),
            HttpRequest.newBuilder(URI.create(url + "/fragment")).build(),
            client
                .putRequest(url, FILE.fid(), FRAGMENT, BYTES)
                .setHeader("Signature", "00".repeat(64))
                .build())) {
      assertCode(client.send(request), 403, 403);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void malformedIds_areABadRequest() throws Exception {
    for (String bad :
        List.of(
            "",
            "00",
            "G".repeat(64),
            FRAGMENT.toHex().toUpperCase(java.util.Locale.ROOT),
            "0x" + FRAGMENT)) {
      assertCode(
          client.send(client.request(url, FILE.fid(), FRAGMENT).setHeader("Fragment", bad).build()),
          200,
          400);
      assertCode(
          client.send(client.request(url, FILE.fid(), FRAGMENT).setHeader("Fid", bad).build()),
          200,
          400);
    }
  }

  @Test
  void fragmentThatIsNotOrdered_isRefused() throws Exception {
    SampleFile other = SampleFile.of(2, 1, 1);
    assertCode(client.put(url, other.fid(), other.fragment(0, 0), other.bytes(0, 0)), 200, 400);
    assertCode(client.put(url, FILE.fid(), other.fragment(0, 0), other.bytes(0, 0)), 200, 400);
    rig.chainDown.set(true);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, BYTES), 200, 500);
    assertThat(files()).isEmpty();
  }

  @Test
  void wrongBody_isABadRequest_andLeavesNothing() throws Exception {
    byte[] flipped = BYTES.clone();
    flipped[4711] ^= 1;
    assertCode(client.put(url, FILE.fid(), FRAGMENT, flipped), 200, 400);
    byte[] fewer = Arrays.copyOf(BYTES, BYTES.length - 1);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, fewer), 200, 400);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, new byte[0]), 200, 400);
    byte[] more = Arrays.copyOf(BYTES, BYTES.length + 1);
    assertCode(client.put(url, FILE.fid(), FRAGMENT, more), 200, 400);
    assertCode(
        client.send(
            client
                .putRequest(url, FILE.fid(), FRAGMENT, BYTES)
                .PUT(MinerClient.form("other", BYTES))
                .build()),
        200,
        400);
    for (String type :
        List.of("text/plain", "multipart/form-data", "multipart/form-data; boundary=")) {
      assertCode(
          client.send(
              client
                  .putRequest(url, FILE.fid(), FRAGMENT, BYTES)
                  .setHeader("Content-Type", type)
                  .build()),
          200,
          400);
    }
    assertCode(client.putNothing(url, FILE.fid(), FRAGMENT), 200, 400);
    HttpRequest cutOff =
        client
            .putRequest(url, FILE.fid(), FRAGMENT, BYTES)
            .PUT(
                BodyPublishers.concat(
                    BodyPublishers.ofString(MinerClient.formHead("file")),
                    BodyPublishers.ofByteArray(BYTES)))
            .build();
    assertCode(client.send(cutOff), 200, 400);
    assertThat(files()).isEmpty();
    assertThat(unfinished()).isEmpty();
    assertCode(client.put(url, FILE.fid(), FRAGMENT, BYTES), 200, 200);
  }

  @Test
  void bodyAboveTheLimit_isRefused_statedOrNot() throws Exception {
    byte[] more = new byte[Layout.FRAGMENT_BYTES + (1 << 20)];
    assertCode(client.put(url, FILE.fid(), FRAGMENT, more), 200, 400);
    HttpRequest chunked =
        client
            .putRequest(url, FILE.fid(), FRAGMENT, BYTES)
            .PUT(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(more)))
            .build();
    assertCode(client.send(chunked), 200, 400);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void uploadBrokenOff_leavesNothing() throws Exception {
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write(
          "PUT /fragment HTTP/1.1\r\n"
              + RawHttp.signedHeaders(FILE.fid(), FRAGMENT)
              + "Content-Type: multipart/form-data; boundary="
              + MinerClient.BOUNDARY
              + "\r\nContent-Length: 8400000\r\n\r\n"
              + MinerClient.formHead("file"));
      raw.write(Arrays.copyOf(BYTES, 3_000_000));
      await().atMost(Duration.ofSeconds(10)).until(() -> !unfinished().isEmpty());
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> unfinished().isEmpty());
    assertThat(files()).isEmpty();
  }

  @Test
  void rangeInCessForm_isServed_withoutContentRange() throws Exception {
    client.put(url, FILE.fid(), FRAGMENT, BYTES);
    int total = Layout.FRAGMENT_BYTES;
    for (String form : List.of("bytes=%d-%d/" + total, "bytes %d-%d/" + total)) {
      for (int[] range : new int[][] {{0, 1}, {0, total}, {5, 100_000}, {total - 1, total}}) {
        HttpResponse<byte[]> part = range(form.formatted(range[0], range[1]));
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).isEmpty();
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(BYTES, range[0], range[1]));
      }
    }
    client.putNothing(url, FILE.fid(), FragmentHash.ZERO);
    HttpResponse<byte[]> zeros =
        client.send(
            client
                .request(url, FILE.fid(), FragmentHash.ZERO)
                .header("Range", "bytes=3-70000/" + total)
                .build());
    assertThat(zeros.body()).isEqualTo(new byte[69_997]);
  }

  @Test
  void rangeInAnyOtherForm_is416InTheBody() throws Exception {
    client.put(url, FILE.fid(), FRAGMENT, BYTES);
    int total = Layout.FRAGMENT_BYTES;
    for (String form :
        List.of(
            "bytes=0-99",
            "bytes=0-",
            "bytes=-5",
            "bytes=0-99/*",
            "bytes=0-99/100",
            "bytes=5-5/" + total,
            "bytes=6-5/" + total,
            "bytes=0-" + (total + 1) + "/" + total,
            "bytes=0-1/" + total + ",2-3/" + total,
            "items=0-1/" + total,
            "bytes=0-99999999999999999999/" + total,
            "x".repeat(100))) {
      assertCode(range(form), 200, 416);
    }
  }

  @Test
  void status_tellsWhoTheMinerIsAndWhatItHolds() throws Exception {
    client.put(url, FILE.fid(), FRAGMENT, BYTES);
    HttpResponse<byte[]> answer =
        client.send(HttpRequest.newBuilder(URI.create(url + "/status")).build());
    JsonNode data = assertCode(answer, 200, 200).get("data");
    assertThat(data.get("endpoint").textValue()).isEqualTo(url);
    assertThat(data.get("state").textValue()).isEqualTo("positive");
    assertThat(data.get("service_space").longValue()).isEqualTo(Layout.FRAGMENT_BYTES);
    assertThat(Ss58Address.parse(data.get("signature_account").textValue()).account())
        .isEqualTo(rig.miner.account());
  }

  @Test
  void otherPages_areNotFound() throws Exception {
    for (String page : List.of("/", "/fragments", "/status/x", "/../etc/passwd")) {
      HttpResponse<byte[]> answer =
          client.send(HttpRequest.newBuilder(URI.create(url + page)).build());
      assertThat(answer.statusCode()).isEqualTo(404);
    }
    assertThat(client.send(client.request(url, FILE.fid(), FRAGMENT).DELETE().build()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void requestsInOneGo_areAnsweredInOrder() throws Exception {
    client.put(url, FILE.fid(), FRAGMENT, BYTES);
    String get = RawHttp.get(FILE.fid(), FRAGMENT, "Range: bytes=0-10/" + BYTES.length + "\r\n");
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write(get + get + "GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      for (int i = 0; i < 2; i++) {
        assertThat(raw.readHead().status()).isEqualTo(206);
        assertThat(raw.readBody(10)).isEqualTo(Arrays.copyOf(BYTES, 10));
      }
      assertThat(raw.readHead().status()).isEqualTo(200);
      assertThat(new String(raw.readToEnd(), StandardCharsets.UTF_8)).contains("\"code\":200");
    }
  }

  @Test
  void callerWhoAsksBeforeSending_isToldToGoOnOrNot() throws Exception {
    String tail =
        "Content-Type: multipart/form-data; boundary="
            + MinerClient.BOUNDARY
            + "\r\nExpect: 100-continue\r\nContent-Length: "
            + (MinerClient.formHead("file").length()
                + BYTES.length
                + MinerClient.formTail().length())
            + "\r\n\r\n";
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write("PUT /fragment HTTP/1.1\r\n" + RawHttp.signedHeaders(FILE.fid(), FRAGMENT) + tail);
      assertThat(raw.readHead().status()).isEqualTo(100);
      raw.write(MinerClient.formHead("file"));
      raw.write(BYTES);
      raw.write(MinerClient.formTail());
      RawHttp.Head head = raw.readHead();
      assertThat(new String(raw.readBody(head.lengthBytes()), StandardCharsets.UTF_8))
          .contains("\"code\":200");
    }
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      Fid unknown = SampleFile.onPaper(9, 1).fid();
      raw.write("PUT /fragment HTTP/1.1\r\n" + RawHttp.signedHeaders(unknown, FRAGMENT) + tail);
      RawHttp.Head head = raw.readHead();
      assertThat(new String(raw.readBody(head.lengthBytes()), StandardCharsets.UTF_8))
          .contains("\"code\":400");
    }
  }

  @Test
  void bytesThatAreNotHttp_areRefused_andHurtNobodyElse() throws Exception {
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write("nonsense\r\n\r\n");
      assertThat(raw.readHead().status()).isEqualTo(400);
    }
    try (RawHttp raw = new RawHttp(rig.miner.port())) {
      raw.write("GET /status HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(raw.readHead().status()).isEqualTo(400);
    }
    assertCode(client.get(url, FILE.fid(), FRAGMENT), 200, 404);
  }

  private HttpResponse<byte[]> range(String value) throws Exception {
    return client.send(client.request(url, FILE.fid(), FRAGMENT).header("Range", value).build());
  }

  private HttpRequest.Builder unsigned(String message, String signature) {
    return client
        .request(url, FILE.fid(), FRAGMENT)
        .setHeader("Message", message)
        .setHeader("Signature", signature);
  }

  private static JsonNode assertCode(HttpResponse<byte[]> answer, int http, int code)
      throws Exception {
    assertThat(answer.statusCode()).isEqualTo(http);
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.get("code").intValue()).as("%s", json).isEqualTo(code);
    assertThat(json.get("msg").isTextual()).isTrue();
    assertThat(json.has("data")).isTrue();
    return json;
  }

  private List<Path> files() throws Exception {
    return list(directory.resolve("fragments"));
  }

  private List<Path> unfinished() throws Exception {
    return list(directory.resolve("uploads"));
  }

  private static List<Path> list(Path directory) throws Exception {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
