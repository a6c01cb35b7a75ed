package io.tributary.retriever.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.content.StoredForm;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.node.MemoryEngine;
import io.tributary.retriever.node.TestRetriever;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import io.tributary.retriever.node.access.ClientLimits;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] CONTENT = random(1, 2_000_000);

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/file/",
        "/file/open/",
        "/open/",
        "/file/download/",
        "/download/",
        "/gateway/download/"
      })
  void everyRoute_servesTheFileWithItsNameAndFid(String route) throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("holiday ✈.mp4", CONTENT.length, CONTENT);

      HttpResponse<byte[]> answer = retriever.get(route + fid.toHex());

      boolean isShown = !route.contains("download");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(CONTENT);
      assertThat(answer.headers().firstValue("etag")).contains('"' + fid.toHex() + '"');
      assertThat(answer.headers().firstValue("cache-control").orElse("")).contains("immutable");
      assertThat(answer.headers().firstValue("content-type"))
          .contains(isShown ? "video/mp4" : "application/octet-stream");
      assertThat(answer.headers().firstValue("content-disposition"))
          .contains(
              (isShown ? "inline" : "attachment")
                  + "; filename=\"holiday _.mp4\"; filename*=UTF-8''holiday%20%E2%9C%88.mp4");
      assertThat(answer.headers().firstValue("content-security-policy")).contains("sandbox");
      assertThat(answer.headers().firstValue("server-timing").orElse(""))
          .contains("first-delivered;dur=1.500");

      HttpResponse<byte[]> head = retriever.send("HEAD", route + fid.toHex());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.headers().firstValue("content-length")).contains("" + CONTENT.length);
    }
  }

  @Test
  void ranges_areExact_alsoFromTheHeaderThatGatewaysOfCessRead() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      String path = "/file/open/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();

      for (String header : List.of("Range", "Content-Range")) {
        HttpResponse<byte[]> answer = retriever.get(path, header, "bytes=1000-300999");
        assertThat(answer.statusCode()).as(header).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, 301000));
      }
      assertThat(retriever.get(path, "Range", "bytes=2000000-").statusCode()).isEqualTo(416);
    }
  }

  @Test
  void endingBehindTheFid_tellsTheType() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("name", CONTENT.length, CONTENT);

      assertThat(
              retriever
                  .get("/file/open/" + fid.toHex() + ".webm")
                  .headers()
                  .firstValue("content-type"))
          .contains("video/webm");
      assertThat(
              retriever
                  .get("/file/open/" + fid.toHex(), "Format", "png")
                  .headers()
                  .firstValue("content-type"))
          .contains("image/png");
    }
  }

  @Test
  void failures_haveTheirStatusTheirNameAndHelp() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      problem(retriever.get("/file/abc"), 400, "MALFORMED_FID");
      problem(retriever.get("/file/" + "ab".repeat(32)), 404, "UNKNOWN_FILE");
      problem(retriever.get("/nothing"), 404, "NO_SUCH_ROUTE");
      problem(retriever.get("/trace/0123456789abcdef"), 404, "NO_SUCH_TRACE");
      problem(retriever.send("POST", "/file/" + fid.toHex()), 405, "METHOD_NOT_ALLOWED");

      retriever.engine.failAfterBytes = 0;
      HttpResponse<byte[]> unavailable = retriever.get("/file/" + fid.toHex());
      problem(unavailable, 503, "NO_SOURCE");
      assertThat(unavailable.headers().firstValue("retry-after")).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NO_SOURCE, 503",
    "ALL_SOURCES_LIED, 502",
    "DEADLINE, 504",
    "STILL_BEING_STORED, 503",
    "BUSY, 503",
    "BROKEN_FILE, 502"
  })
  void readThatFails_isAnAnswerOfItsOwn_andNever200(RetrievalReason reason, int status)
      throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      retriever.engine.failAfterBytes = 0;
      retriever.engine.failsWith = reason;
      for (String range : List.of("bytes=0-", "bytes=1000-1999", "bytes=-5")) {
        HttpResponse<byte[]> answer = retriever.get("/file/" + fid.toHex(), "Range", range);
        problem(answer, status, reason.name());
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
      }
    }
  }

  private static void problem(HttpResponse<byte[]> answer, int status, String code)
      throws Exception {
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(answer.statusCode()).as(code).isEqualTo(status);
    assertThat(problem.path("error").asText()).isEqualTo(code);
    assertThat(problem.path("code").asInt()).isEqualTo(status);
    assertThat(problem.path("help").asText()).isNotEmpty();
    assertThat(problem.path("trace").asText())
        .isEqualTo(answer.headers().firstValue("x-trace-id").orElse("none"));
  }

  @Test
  void metadata_isWhatCessClientsReadAndWhatDownloadersNeed() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a.bin", CONTENT.length, CONTENT);

      JsonNode data =
          JSON.readTree(retriever.get("/file/metadata/" + fid.toHex()).body()).path("data");

      assertThat(data.path("fid").asText()).isEqualTo(fid.toHex());
      assertThat(data.path("size").asLong()).isEqualTo(CONTENT.length);
      assertThat(data.path("owner").get(0).path("file_name").asText()).isEqualTo("a.bin");
      assertThat(data.path("owner").get(0).path("user").asText()).startsWith("cX");
      assertThat(data.path("segments").get(0).asText())
          .isEqualTo(Sha256.of(Arrays.copyOf(CONTENT, Layout.SEGMENT_BYTES)).toHex());
      assertThat(retriever.get("/version").body()).isEqualTo("\"tributary/test\"".getBytes(UTF_8));
      assertThat(
              JSON.readTree(retriever.get("/status").body()).path("data").path("version").asText())
          .isEqualTo("tributary/test");
    }
  }

  @Test
  void trace_isFoundByTheIdOfTheAnswer() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      HttpResponse<byte[]> answer = retriever.get("/file/" + fid.toHex(), "Range", "bytes=0-9");

      JsonNode trace =
          JSON.readTree(
              retriever
                  .get("/trace/" + answer.headers().firstValue("x-trace-id").orElseThrow())
                  .body());

      assertThat(trace.path("fid").asText()).isEqualTo(fid.toHex());
      assertThat(trace.path("rangeBytes").asInt()).isEqualTo(10);
      assertThat(answer.headers().firstValue("server-timing").orElse(""))
          .contains(trace.path("id").asText());
    }
  }

  @Test
  void encryptedFile_isDecryptedForWhoHasThePassphrase() throws Exception {
    byte[] plain = random(2, StoredForm.DEOSS_CBC.plainPieceBytes() + 100_000);
    DeossCipher cipher = DeossCipher.of("secret");
    ByteBuffer stored = ByteBuffer.allocate(2 * Layout.SEGMENT_BYTES);
    int first = StoredForm.DEOSS_CBC.plainPieceBytes();
    cipher.seal(0, ByteBuffer.wrap(plain, 0, first), stored);
    cipher.seal(1, ByteBuffer.wrap(plain, first, plain.length - first), stored);
    try (TestRetriever retriever = new TestRetriever()) {
      String path = "/file/" + retriever.engine.add("a.txt", plain.length, stored.array()).toHex();

      HttpResponse<byte[]> whole = retriever.get(path, "Cipher", "secret");
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(Arrays.equals(whole.body(), plain)).isTrue();
      assertThat(whole.headers().firstValue("cache-control")).contains("private, no-store");

      int from = first - 77;
      HttpResponse<byte[]> part =
          retriever.get(path, "Cipher", "secret", "Range", "bytes=" + from + "-" + (from + 999));
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(plain, from, from + 1000));

      problem(retriever.get(path, "Cipher", "wrong"), 400, "WRONG_CIPHER");
      problem(retriever.get(path, "Cipher", "x".repeat(33)), 400, "WRONG_CIPHER");
    }
  }

  @Test
  void metalink_isThereOnceTheLastHashIsKnown() throws Exception {
    byte[] content = random(3, Layout.SEGMENT_BYTES + 1_000_000);
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a & b.bin", content.length, content);
      String path = "/file/" + fid.toHex() + ".meta4";

      HttpResponse<byte[]> early = retriever.get(path);
      assertThat(early.statusCode()).isIn(200, 202);
      await().atMost(PATIENCE).until(() -> retriever.get(path).statusCode() == 200);

      String document = new String(retriever.get(path).body(), UTF_8);
      assertThat(document)
          .contains("<file name=\"a &amp; b.bin\">", "<size>" + content.length + "</size>")
          .contains(hash(content, 0, Layout.SEGMENT_BYTES))
          .contains(hash(content, Layout.SEGMENT_BYTES, content.length))
          .contains(">" + retriever.url() + "/file/" + fid.toHex() + "</url>")
          .contains(">https://mirror.example/file/" + fid.toHex() + "</url>");
    }
  }

  private static String hash(byte[] content, int from, int to) {
    return "<hash>" + Sha256.of(Arrays.copyOfRange(content, from, to)).toHex() + "</hash>";
  }

  @Test
  void lists_decideWhoIsServedWhat() throws Exception {
    AccessLists.Lists<AddressBlock> none = AccessLists.Lists.open();
    AccessLists byOwner =
        new AccessLists(
            AccessLists.Lists.open(),
            new AccessLists.Lists<>(Set.of(), Set.of(MemoryEngine.OWNER)),
            none);
    try (TestRetriever retriever = new TestRetriever(byOwner, ClientLimits.defaults(), List.of())) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      problem(retriever.get("/file/" + fid.toHex()), 403, "OWNER_REFUSED");
      problem(retriever.get("/file/metadata/" + fid.toHex()), 403, "OWNER_REFUSED");
    }
    AccessLists byAddress =
        new AccessLists(
            AccessLists.Lists.open(),
            AccessLists.Lists.open(),
            new AccessLists.Lists<>(Set.of(), Set.of(AddressBlock.parse("203.0.113.0/24"))));
    List<AddressBlock> proxies = List.of(AddressBlock.parse("127.0.0.1"));
    try (TestRetriever retriever = new TestRetriever(byAddress, ClientLimits.defaults(), proxies)) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      String path = "/file/" + fid.toHex();
      assertThat(retriever.get(path).statusCode()).isEqualTo(200);
      problem(retriever.get(path, "X-Forwarded-For", "203.0.113.9"), 403, "ADDRESS_REFUSED");
      // What stands left of the last address was claimed by the client itself.
      assertThat(retriever.get(path, "X-Forwarded-For", "203.0.113.9, 198.51.100.1").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void clientBeyondItsBudget_isTold429AndWhen() throws Exception {
    try (TestRetriever retriever =
        new TestRetriever(AccessLists.OPEN, new ClientLimits(1, 3, 10, 1 << 30, 10), List.of())) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      for (int i = 0; i < 3; i++) {
        assertThat(retriever.get("/file/" + fid.toHex(), "Range", "bytes=0-9").statusCode())
            .isEqualTo(206);
      }
      HttpResponse<byte[]> refused = retriever.get("/file/" + fid.toHex());
      problem(refused, 429, "RATE_LIMITED");
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
    }
    try (TestRetriever retriever =
        new TestRetriever(AccessLists.OPEN, new ClientLimits(99, 99, 9, 100_000, 10), List.of())) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      assertThat(retriever.get("/file/" + fid.toHex()).body()).hasSize(CONTENT.length);
      problem(retriever.get("/file/" + fid.toHex()), 429, "QUOTA_EXHAUSTED");
    }
  }

  @Test
  void requestsThatEnd_giveBackTheirShare() throws Exception {
    try (TestRetriever retriever =
        new TestRetriever(
            AccessLists.OPEN, new ClientLimits(999, 999, 1, 1L << 40, 9), List.of())) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      for (String path :
          List.of(
              "/file/" + fid.toHex(),
              "/file/metadata/" + fid.toHex(),
              "/file/" + "ab".repeat(32),
              "/trace/0123456789abcdef")) {
        for (String method : List.of("GET", "HEAD", "GET")) {
          await().atMost(PATIENCE).until(() -> retriever.send(method, path).statusCode() != 429);
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      retriever.get("/file/" + fid.toHex(), "Range", "bytes=0-0").statusCode()
                          == 206);
        }
      }
      retriever.get("/file/" + fid.toHex(), "If-None-Match", '"' + fid.toHex() + '"');
      await()
          .atMost(PATIENCE)
          .until(() -> retriever.get("/file/" + fid.toHex()).statusCode() == 200);
    }
  }
}
