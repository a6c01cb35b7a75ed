package io.tributary.retriever.node.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.content.StoredForm;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.ledger.receipt.ReceiptFile;
import io.tributary.ledger.receipt.SignedReceipts;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.node.MemoryEngine;
import io.tributary.retriever.node.TestRetriever;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.AddressBlock;
import io.tributary.retriever.node.access.ClientLimits;
import java.io.BufferedReader;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
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
  void ownerThatIsNamed_tellsTheNameAndTheType() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      MemoryEngine.Owned hers = new MemoryEngine.Owned(AccountId.of(filled(7)), "hers.webm");
      Fid fid = retriever.engine.add("his.mp4", CONTENT.length, CONTENT, hers);
      String path = "/file/open/" + fid.toHex();
      String account = new Ss58Address(TestRetriever.SS58_PREFIX, hers.account()).toString();

      HttpResponse<byte[]> hersAnswer = retriever.get(path, "Account", account);
      HttpResponse<byte[]> answer = retriever.get(path, "Account", "nobody");

      assertThat(hersAnswer.headers().firstValue("content-type")).contains("video/webm");
      assertThat(hersAnswer.headers().firstValue("content-disposition").orElse(""))
          .contains("filename=\"hers.webm\"");
      assertThat(answer.headers().firstValue("content-type")).contains("video/mp4");
      // Whatever a shared cache keeps depends on all that was looked at.
      assertThat(answer.headers().firstValue("vary")).contains("Cipher, Account, Format");
    }
  }

  private static byte[] filled(int with) {
    byte[] bytes = new byte[AccountId.BYTES];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  @Test
  void unchanged_isToldWithWhatCachesNeed_andHeadSaysWhatGetDoes() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a.mp4", CONTENT.length, CONTENT);
      String tag = '"' + fid.toHex() + '"';
      for (String route : List.of("/file/", "/file/download/")) {
        HttpResponse<byte[]> whole = retriever.get(route + fid.toHex());
        HttpResponse<byte[]> head = retriever.send("HEAD", route + fid.toHex());
        for (String condition : List.of("*", tag, "W/" + tag, "\"x\", " + tag)) {
          HttpResponse<byte[]> answer =
              retriever.get(route + fid.toHex(), "If-None-Match", condition);
          assertThat(answer.statusCode()).as(condition).isEqualTo(304);
          assertThat(answer.body()).isEmpty();
          for (String name : List.of("etag", "cache-control", "vary")) {
            assertThat(answer.headers().firstValue(name))
                .as(name)
                .isPresent()
                .isEqualTo(whole.headers().firstValue(name));
          }
        }
        Set<String> names = new TreeSet<>(whole.headers().map().keySet());
        names.removeAll(Set.of("date", "x-trace-id", "server-timing"));
        for (String name : names) {
          assertThat(head.headers().firstValue(name))
              .as(name)
              .isEqualTo(whole.headers().firstValue(name));
        }
      }
      assertThat(retriever.engine.readBytes).hasValue(2L * CONTENT.length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/file/metadata/FID",
        "/file/FID.meta4",
        "/version",
        "/status",
        "/openapi.json",
        "/trace/TRACE"
      })
  void head_ofWhateverElse_saysTheLengthOfWhatGetSends(String route) throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      String trace =
          retriever.get("/file/" + fid.toHex()).headers().firstValue("x-trace-id").orElse("");
      String path = route.replace("FID", fid.toHex()).replace("TRACE", trace);
      await().atMost(PATIENCE).until(() -> retriever.get(path).statusCode() == 200);

      HttpResponse<byte[]> head = retriever.send("HEAD", path);

      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().firstValue("content-length"))
          .contains("" + retriever.get(path).body().length);
    }
  }

  @Test
  void pageOfAnotherSite_maySendAndReadWhatPlayersAndCessClientsNeed() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      HttpResponse<byte[]> preflight =
          retriever.send("OPTIONS", "/file/" + fid.toHex(), "Origin", "https://player.example");
      HttpResponse<byte[]> refused = retriever.get("/file/abc");

      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(listed(preflight, "access-control-allow-headers"))
          .contains("range", "if-range", "if-none-match", "cipher", "account", "format")
          .contains("content-range");
      assertThat(listed(refused, "access-control-expose-headers"))
          .contains("content-range", "content-length", "accept-ranges", "etag", "retry-after")
          .contains("content-disposition", "server-timing", "x-trace-id");
      assertThat(refused.headers().firstValue("access-control-allow-origin")).contains("*");
    }
  }

  private static List<String> listed(HttpResponse<?> answer, String name) {
    return List.of(
        answer.headers().firstValue(name).orElse("").toLowerCase(Locale.ROOT).split(", "));
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
    "BROKEN_FILE, 502",
    "CHAIN_UNREACHABLE, 503",
    "CHAIN_UNUSABLE, 502",
    "CLOSED, 503",
    "DEFECT, 500"
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
  void receipts_sayWhoDeliveredWhat_underTheNodesSignature() throws Exception {
    try (SigningKey key = SigningKey.generate(new SecureRandom(), Curve.fastest());
        TestRetriever retriever = new TestRetriever(key)) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      retriever.engine.asks =
          List.of(
              ask("quick", 1_000_000, Trace.Outcome.VERIFIED),
              ask("liar", 500, Trace.Outcome.LIED),
              ask("slow", 7, Trace.Outcome.CANCELLED),
              ask("dead", 0, Trace.Outcome.FAILED));
      retriever.engine.ending = Trace.RUNNING;
      problem(retriever.get(receiptsOfAnAnswer(retriever, fid)), 503, "STILL_RUNNING");
      retriever.engine.ending = Trace.DELIVERED;

      HttpResponse<byte[]> answer = retriever.get(receiptsOfAnAnswer(retriever, fid));

      assertThat(answer.statusCode()).isEqualTo(200);
      SignedReceipts signed =
          ReceiptFile.read(new BufferedReader(new StringReader(new String(answer.body(), UTF_8))));
      assertThat(signed.isGenuine(Curve.fastest())).isTrue();
      assertThat(signed.signer()).isEqualTo(key.address());
      assertThat(signed.receipts().stream().map(Receipt::peer))
          .containsExactly("quick", "liar", "slow");
      assertThat(signed.bytes(Outcome.VERIFIED)).isEqualTo(1_000_000);
      assertThat(signed.bytes(Outcome.WRONG_BYTES)).isEqualTo(500);
      assertThat(signed.receipts().get(0).fragment().toBytes())
          .isEqualTo(FragmentHash.ZERO.digest().toBytes());
      assertThat(signed.receipts().get(0).milliseconds()).isEqualTo(20);
    }
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      problem(retriever.get(receiptsOfAnAnswer(retriever, fid)), 404, "NO_RECEIPTS");
    }
  }

  private static String receiptsOfAnAnswer(TestRetriever retriever, Fid fid) throws Exception {
    HttpResponse<byte[]> answer = retriever.get("/file/" + fid.toHex(), "Range", "bytes=0-9");
    return "/trace/" + answer.headers().firstValue("x-trace-id").orElseThrow() + "/receipts";
  }

  private static Trace.Ask ask(String who, long bytes, Trace.Outcome outcome) {
    return new Trace.Ask(
        "CACHER",
        who,
        0,
        3,
        0,
        0,
        Trace.Role.NEEDED,
        false,
        5000,
        9000,
        25_000,
        bytes,
        outcome,
        "");
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

      JsonNode trace =
          JSON.readTree(
              retriever
                  .get("/trace/" + part.headers().firstValue("x-trace-id").orElseThrow())
                  .body());
      assertThat(trace.path("fid").asText()).isEqualTo(path.substring("/file/".length()));
      assertThat(trace.path("rangeBytes").asInt()).as("one read").isBetween(1000, 1100);
      assertThat(trace.toString()).doesNotContain("secret");
      assertThat(part.headers().firstValue("server-timing").orElse(""))
          .contains("trace;desc=\"" + trace.path("id").asText() + '"');

      HttpResponse<byte[]> several =
          retriever.get(path, "Cipher", "secret", "Range", "bytes=0-0," + from + "-" + from);
      assertThat(new String(several.body(), ISO_8859_1))
          .contains("\r\n\r\n" + (char) (plain[0] & 0xff) + "\r\n--")
          .contains("\r\n\r\n" + (char) (plain[from] & 0xff) + "\r\n--");
      HttpResponse<byte[]> sealed = retriever.get(path, "Range", "bytes=0-999");
      assertThat(sealed.body()).isEqualTo(Arrays.copyOf(stored.array(), 1000));
      assertThat(sealed.headers().firstValue("etag"))
          .isNotEqualTo(part.headers().firstValue("etag"));

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

  @Test
  void forwardedAddress_isTheLastOfAllLines_whoeverWroteTheFirst() throws Exception {
    AccessLists byAddress =
        new AccessLists(
            AccessLists.Lists.open(),
            AccessLists.Lists.open(),
            new AccessLists.Lists<>(Set.of(), Set.of(AddressBlock.parse("203.0.113.0/24"))));
    List<AddressBlock> proxies = List.of(AddressBlock.parse("127.0.0.1"));
    try (TestRetriever retriever = new TestRetriever(byAddress, ClientLimits.defaults(), proxies)) {
      String path = "/file/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      // Some proxies add a line of their own below the client's, rather than to it.
      String claimed = "198.51.100.1";
      problem(
          retriever.get(path, "X-Forwarded-For", claimed, "X-Forwarded-For", "203.0.113.9"),
          403,
          "ADDRESS_REFUSED");
    }
  }

  @Test
  void metalinkWhoseHashCannotBeHad_saysSo_andNotForEverThatItIsComing() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("a", CONTENT.length, CONTENT);
      CompletableFuture<Boolean> first = new CompletableFuture<>();
      retriever.engine.failsWhen = first;
      retriever.engine.failAfterBytes = 0;
      String path = "/file/" + fid.toHex() + ".meta4";
      assertThat(retriever.get(path).statusCode()).isEqualTo(202);
      retriever.engine.failsWhen = new CompletableFuture<>();
      first.complete(true);

      await().atMost(PATIENCE).until(() -> retriever.get(path).statusCode() == 503);

      retriever.engine.failAfterBytes = Long.MAX_VALUE;
      await().atMost(PATIENCE).until(() -> retriever.get(path).statusCode() == 200);
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
      for (String each : List.of(path, "/trace/0123456789abcdef")) {
        problem(retriever.get(each, "X-Forwarded-For", "203.0.113.9"), 403, "ADDRESS_REFUSED");
      }
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
