package io.tributary.nodekit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SIZE = 3_000_000;
  private static final EntityTag TAG = new EntityTag("abc");

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final List<PatternedSource> sources = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Response> pending = new CompletableFuture<>();
  private final AtomicInteger failingCloses = new AtomicInteger();
  private SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  @TempDir private Path directory;
  private HttpServer server = start(HttpLimits.publicContent());

  @BeforeEach
  void writeFile() throws IOException {
    Files.write(directory.resolve("file"), PatternedSource.bytes(0, SIZE));
  }

  @AfterEach
  void stop() {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    workers.shutdownNow();
  }

  private HttpServer start(HttpLimits limits) {
    Router router =
        Router.builder()
            .get("/content", this::content)
            .get("/file", this::file)
            .get("/pending", request -> pending)
            .get("/huge", request -> done(Response.of(200, stream(1L << 40, 1 << 20))))
            .get("/unknown", request -> done(Response.of(200, stream(SIZE, -1))))
            .get("/breaks", request -> done(broken(2)))
            .get("/fails", request -> done(broken(0)))
            .get("/short", request -> done(tooShort()))
            .get("/mistake", request -> CompletableFuture.failedFuture(new IllegalStateException()))
            .get("/known", request -> CompletableFuture.failedFuture(new EOFException()))
            .get("/echo/{name}", request -> done(Response.text(200, request.parameter("name"))))
            .get("/echo/{name}.meta", request -> done(Response.text(200, "meta")))
            .get("/query", request -> done(Response.text(200, request.query("q").orElse("-"))))
            .route(
                "POST",
                "/post",
                request -> done(Response.text(200, ISO_8859_1.decode(request.body()).toString())))
            .build();
    registry = new SimpleMeterRegistry();
    try {
      return HttpServer.builder("test", loops, router)
          .limits(limits)
          .cors(CorsPolicy.publicContent())
          .registry(registry)
          .problems(
              cause ->
                  cause instanceof EOFException
                      ? Optional.of(new HttpProblem(503, "NO_SOURCE", "no source", "later"))
                      : Optional.empty())
          .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletionStage<Response> content(Request request) {
    return done(
        new Representation(SIZE, TAG, "video/mp4", span -> source(span, 100_000)).answer(request));
  }

  private CompletionStage<Response> file(Request request) {
    return done(
        new Representation(
                SIZE,
                TAG,
                "video/mp4",
                span ->
                    new BodySource() {
                      @Override
                      public CompletionStage<Optional<ByteBuf>> next() {
                        return CompletableFuture.failedFuture(
                            new IllegalStateException("asked for a piece of a file"));
                      }

                      @Override
                      public Optional<FileStretch> file() {
                        return Optional.of(
                            new FileStretch(
                                directory.resolve("file"), span.first(), span.lengthBytes()));
                      }

                      @Override
                      public void close() {
                        failingCloses.incrementAndGet();
                      }
                    })
            .answer(request));
  }

  private Body stream(long length, int pieceBytes) {
    return pieceBytes < 0
        ? new Body.Stream(source(ByteSpan.whole(length), 100_000), Body.UNKNOWN_LENGTH)
        : new Body.Stream(source(ByteSpan.whole(length), pieceBytes), length);
  }

  private PatternedSource source(ByteSpan span, int pieceBytes) {
    PatternedSource source = new PatternedSource(workers, span, pieceBytes);
    sources.add(source);
    return source;
  }

  /** Yields some pieces and then fails. */
  private Response broken(int pieces) {
    AtomicInteger left = new AtomicInteger(pieces);
    BodySource source =
        new BodySource() {
          @Override
          public CompletionStage<Optional<ByteBuf>> next() {
            return left.getAndDecrement() > 0
                ? CompletableFuture.completedFuture(
                    Optional.of(Unpooled.wrappedBuffer(new byte[1000])))
                : CompletableFuture.failedFuture(new EOFException("gone"));
          }

          @Override
          public void close() {
            failingCloses.incrementAndGet();
          }
        };
    return Response.of(200, new Body.Stream(source, 1_000_000));
  }

  private Response tooShort() {
    return Response.of(200, new Body.Stream(source(ByteSpan.whole(1000), 1000), 2000));
  }

  private static CompletionStage<Response> done(Response response) {
    return CompletableFuture.completedFuture(response);
  }

  private HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void wholeContent_comesWithItsTagAndLateHeaders() throws Exception {
    HttpResponse<byte[]> answer = get("/content");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(PatternedSource.bytes(0, SIZE));
    assertThat(answer.headers().firstValue("etag")).contains("\"abc\"");
    assertThat(answer.headers().firstValue("accept-ranges")).contains("bytes");
    assertThat(answer.headers().firstValue("content-length")).contains("" + SIZE);
    assertThat(answer.headers().firstValue("server-timing")).contains("first;dur=1");
    assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
    assertThat(answer.headers().firstValue("date")).isPresent();
    assertThat(answer.headers().firstValue("x-trace-id").orElse("")).matches("[0-9a-f]{32}");
    await().atMost(PATIENCE).until(() -> sources.get(0).closes.get() == 1);
  }

  @Test
  void singleRange_isExact() throws Exception {
    HttpResponse<byte[]> answer = get("/content", "Range", "bytes=1234567-2345678");

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.headers().firstValue("content-range"))
        .contains("bytes 1234567-2345678/" + SIZE);
    assertThat(answer.body()).isEqualTo(PatternedSource.bytes(1234567, 2345678 - 1234567 + 1));
  }

  @Test
  void suffixRange_isTheEnd() throws Exception {
    HttpResponse<byte[]> answer = get("/content", "Range", "bytes=-10");

    assertThat(answer.headers().firstValue("content-range"))
        .contains("bytes " + (SIZE - 10) + "-" + (SIZE - 1) + "/" + SIZE);
    assertThat(answer.body()).isEqualTo(PatternedSource.bytes(SIZE - 10, 10));
  }

  @Test
  void severalRanges_comeAsPartsOfTheSaidLength() throws Exception {
    HttpResponse<byte[]> answer = get("/content", "Range", "bytes=5-9,200000-400000,-3");

    String type = answer.headers().firstValue("content-type").orElse("");
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String boundary = type.substring(type.indexOf('=') + 1);
    String expected = "";
    for (int[] part : new int[][] {{5, 5}, {200000, 200001}, {SIZE - 3, 3}}) {
      expected +=
          "\r\n--"
              + boundary
              + "\r\nContent-Type: video/mp4\r\nContent-Range: bytes "
              + part[0]
              + "-"
              + (part[0] + part[1] - 1)
              + "/"
              + SIZE
              + "\r\n\r\n"
              + new String(PatternedSource.bytes(part[0], part[1]), ISO_8859_1);
    }
    expected += "\r\n--" + boundary + "--\r\n";
    assertThat(new String(answer.body(), ISO_8859_1)).isEqualTo(expected);
    assertThat(sources).hasSize(3).allSatisfy(s -> assertThat(s.closes).hasValue(1));
  }

  @Test
  void rangeBeyondTheEnd_is416WithTheSize() throws Exception {
    HttpResponse<byte[]> answer = get("/content", "Range", "bytes=3000000-");

    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.headers().firstValue("content-range")).contains("bytes */" + SIZE);
    assertThat(new String(answer.body(), ISO_8859_1))
        .contains("\"error\":\"RANGE_NOT_SATISFIABLE\"");
    assertThat(sources).isEmpty();
  }

  @Test
  void conditions_areKept() throws Exception {
    assertThat(get("/content", "If-None-Match", "\"x\", W/\"abc\"").statusCode()).isEqualTo(304);
    assertThat(get("/content", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(get("/content", "If-Match", "\"x\"").statusCode()).isEqualTo(412);
    assertThat(get("/content", "Range", "bytes=0-1", "If-Range", "\"abc\"").statusCode())
        .isEqualTo(206);
    assertThat(get("/content", "Range", "bytes=0-1", "If-Range", "\"old\"").statusCode())
        .isEqualTo(200);
    assertThat(
            get("/content", "Range", "bytes=0-1", "If-Range", "Sat, 21 Nov 2026 16:00:00 GMT")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void head_saysTheLengthAndOpensNothing() throws Exception {
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(server.url() + "/content"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .header("Range", "bytes=0-9")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-length")).contains("" + SIZE);
    assertThat(answer.body()).isEmpty();
    assertThat(sources).isEmpty();
  }

  @Test
  void fileSource_isSentByTheKernelAndClosed() throws Exception {
    HttpResponse<byte[]> answer = get("/file", "Range", "bytes=100000-");

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.body()).isEqualTo(PatternedSource.bytes(100000, SIZE - 100000));
    await().atMost(PATIENCE).until(() -> failingCloses.get() == 1);
  }

  @Test
  void bodyOfUnknownLength_comesInChunks() throws Exception {
    HttpResponse<byte[]> answer = get("/unknown");

    assertThat(answer.headers().firstValue("transfer-encoding")).contains("chunked");
    assertThat(answer.body()).isEqualTo(PatternedSource.bytes(0, SIZE));
  }

  @Test
  void sourceThatFailsFirst_isAnErrorWithItsCode() throws Exception {
    HttpResponse<byte[]> answer = get("/fails");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new String(answer.body(), ISO_8859_1))
        .contains("\"code\":503", "\"error\":\"NO_SOURCE\"", "\"help\":\"later\"")
        .contains(answer.headers().firstValue("x-trace-id").orElse("none"));
    assertThat(failingCloses).hasValue(1);
  }

  @Test
  void sourceThatFailsLater_breaksTheConnection() throws Exception {
    for (String path : List.of("/breaks", "/short")) {
      try (Socket socket = connect()) {
        socket
            .getOutputStream()
            .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1));
        String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(all).startsWith("HTTP/1.1 200").hasSizeLessThan(4000);
      }
    }
    await().atMost(PATIENCE).until(() -> failingCloses.get() == 1);
  }

  @Test
  void failureOfTheHandler_isA500WithoutDetails() throws Exception {
    assertThat(get("/mistake").statusCode()).isEqualTo(500);
    assertThat(get("/known").statusCode()).isEqualTo(503);
  }

  @Test
  void slowClient_slowsTheSource() throws Exception {
    try (Socket socket = connect()) {
      socket.setReceiveBufferSize(64 * 1024);
      socket.getOutputStream().write("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      await().atMost(PATIENCE).until(() -> !sources.isEmpty());
      PatternedSource source = sources.get(0);
      await()
          .atMost(PATIENCE)
          .during(Duration.ofMillis(500))
          .until(
              () -> {
                long before = source.yieldedBytes.get();
                Thread.onSpinWait();
                return before > 0 && before == source.yieldedBytes.get() && before < 32L << 20;
              });
      assertThat(source.closes).hasValue(0);
    }
    await().atMost(PATIENCE).until(() -> sources.get(0).closes.get() == 1);
  }

  @Test
  void clientThatLeaves_cancelsTheHandler() throws Exception {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write("GET /pending HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      await()
          .atMost(PATIENCE)
          .until(() -> registry.get("tributary.http.requests.active").gauge().value() == 1.0);
    }
    await().atMost(PATIENCE).until(pending::isCancelled);
    assertThat(registry.get("tributary.http.requests.active").gauge().value()).isEqualTo(0.0);
  }

  @Test
  void clientThatTakesNothing_isClosed() throws Exception {
    restart(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(300));
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      await().atMost(PATIENCE).until(() -> !sources.isEmpty() && sources.get(0).closes.get() == 1);
    }
  }

  @Test
  void handlerThatTakesTooLong_isA504() throws Exception {
    restart(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ofSeconds(60));

    HttpResponse<byte[]> answer = get("/pending");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(pending).isCancelled();
  }

  @Test
  void requestThatArrivesTooSlowly_isA408() throws Exception {
    restart(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60));

    assertThat(raw("GET /content HTTP/1.1\r\nHost")).startsWith("HTTP/1.1 408");
  }

  @Test
  void requestsBeyondTheLimits_areRefusedAndTheConnectionEnds() throws Exception {
    String header = "GET / HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
    String target = "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n";
    String declared = "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n";
    String chunked =
        "POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + ("2000\r\n" + "x".repeat(0x2000) + "\r\n").repeat(9)
            + "0\r\n\r\n";

    assertThat(raw(header)).startsWith("HTTP/1.1 431").contains("HEADERS_TOO_LARGE");
    assertThat(raw(target)).startsWith("HTTP/1.1 414").contains("URI_TOO_LONG");
    assertThat(raw(declared)).startsWith("HTTP/1.1 413").contains("CONTENT_TOO_LARGE");
    assertThat(raw(chunked)).startsWith("HTTP/1.1 413");
    assertThat(raw("rubbish\r\n\r\n")).startsWith("HTTP/1.1 400");
  }

  @Test
  void contentThatWaits_isInvited() throws Exception {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              String.join(
                      "\r\n",
                      "POST /post HTTP/1.1",
                      "Host: a",
                      "Content-Length: 5",
                      "Expect: 100-continue",
                      "Connection: close",
                      "",
                      "")
                  .getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readNBytes(25), ISO_8859_1))
          .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write("hello".getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1)).endsWith("hello");
    }
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      requests.append("GET /echo/n").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    requests.append("GET /echo/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    String answers = raw(requests.toString());

    List<String> bodies = new ArrayList<>();
    Matcher found = Pattern.compile("\r\n\r\n(n\\d+|last)").matcher(answers);
    while (found.find()) {
      bodies.add(found.group(1));
    }
    assertThat(bodies).hasSize(41).startsWith("n0", "n1").endsWith("n39", "last");
  }

  @Test
  void router_tellsPathsMethodsAndPlaceholdersApart() throws Exception {
    assertThat(get("/echo/a%20b+c").body()).isEqualTo("a b+c".getBytes(ISO_8859_1));
    assertThat(get("/echo/a.meta").body()).isEqualTo("meta".getBytes(ISO_8859_1));
    assertThat(get("/query?q=a%2Bb&q=2").body()).isEqualTo("a+b".getBytes(ISO_8859_1));
    assertThat(raw("GET /echo/%zz HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(get("/echo").statusCode()).isEqualTo(404);
    assertThat(get("/echo/").statusCode()).isEqualTo(404);
    assertThat(get("/post").statusCode()).isEqualTo(405);
    assertThat(get("/post").headers().firstValue("allow")).contains("POST, OPTIONS");
    assertThat(raw("GET http://other/echo/x HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .endsWith("\r\n\r\nx");
  }

  @Test
  void preflight_isToldWhatIsAllowed() throws Exception {
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(server.url() + "/content"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://player.example")
                .header("Access-Control-Request-Method", "GET")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("access-control-allow-methods"))
        .contains("GET, HEAD, OPTIONS");
    assertThat(answer.headers().firstValue("access-control-allow-headers").orElse(""))
        .contains("Range", "If-Range");
  }

  @Test
  void connectionsBeyondTheLimit_areClosedAtOnce() throws Exception {
    server.close();
    server = start(HttpLimits.publicContent().withConnections(10, 2));
    try (Socket first = connect();
        Socket second = connect()) {
      first.getOutputStream().write("GET /echo/1 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      second
          .getOutputStream()
          .write("GET /echo/2 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(first.getInputStream().read()).isEqualTo('H');
      assertThat(second.getInputStream().read()).isEqualTo('H');
      try (Socket third = connect()) {
        assertThat(third.getInputStream().read()).isEqualTo(-1);
      }
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(get("/echo/again").statusCode()).isEqualTo(200));
  }

  @Test
  void close_letsAnswersUnderWayEnd() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(server.url() + "/pending")).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    await()
        .atMost(PATIENCE)
        .until(() -> registry.get("tributary.http.requests.active").gauge().value() == 1.0);

    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    pending.complete(Response.text(200, "made it"));

    assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("made it".getBytes(ISO_8859_1));
    closing.get(20, TimeUnit.SECONDS);
  }

  private void restart(Duration receive, Duration answer, Duration stalled) {
    server.close();
    server =
        start(
            HttpLimits.publicContent()
                .withTimes(
                    receive, answer, stalled, Duration.ofSeconds(60), Duration.ofSeconds(1)));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      try {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      } catch (SocketException e) {
        // The server answers and closes before it has read all: what it said can still be read.
        assertThat(e).isNotNull();
      }
      InputStream in = socket.getInputStream();
      StringBuilder answer = new StringBuilder();
      try {
        for (int c = in.read(); c >= 0; c = in.read()) {
          answer.append((char) c);
        }
      } catch (SocketException e) {
        assertThat(answer).as("answer before the reset").isNotEmpty();
      }
      return answer.toString();
    }
  }
}
