package io.tributary.nodekit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QuickReaderTest {
  private static final int SIZE = 100_000;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final EntityTag TAG = new EntityTag("abc");

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final AtomicInteger quick = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HttpServer server = start();

  private HttpServer start() {
    Router router =
        Router.builder()
            .get(
                "/content",
                request ->
                    CompletableFuture.completedFuture(
                        new Representation(
                                SIZE,
                                TAG,
                                "application/octet-stream",
                                span -> new PatternedSource(Runnable::run, span, 1000))
                            .answer(request)))
            .build();
    try {
      return HttpServer.builder("test", loops, router)
          .cors(CorsPolicy.publicContent())
          .quick(this::answer)
          .registry(registry)
          .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<QuickAnswer> answer(QuickRequest request) {
    if (!request.path().equals("/content") || request.range().end() > 1000) {
      return Optional.empty();
    }
    quick.incrementAndGet();
    return Optional.of(new Answer(request.range()));
  }

  private final class Answer implements QuickAnswer {
    private final ByteSpan span;

    Answer(ByteSpan span) {
      this.span = span;
    }

    @Override
    public int lengthBytes() {
      return (int) span.lengthBytes();
    }

    @Override
    public void writeFields(HeadWriter out) {
      out.ascii(
          ("content-type: application/octet-stream\r\ncontent-range: "
                  + span.contentRange(SIZE)
                  + "\r\netag: \"abc\"\r\naccept-ranges: bytes\r\nServer-Timing: first;dur=1\r\n")
              .getBytes(ISO_8859_1));
    }

    @Override
    public void writeContent(ByteBuf out) {
      out.writeBytes(PatternedSource.bytes(span.first(), (int) span.lengthBytes()));
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @AfterEach
  void stop() {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static String get(int first, int last, String field) {
    return "GET /content HTTP/1.1\r\nHost: a\r\nRange: bytes="
        + first
        + "-"
        + last
        + "\r\n"
        + field
        + "\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Reads an answer; what changes from one to the next is blotted out. */
  private static String read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the end came after: " + head);
      }
      head.append((char) next);
    }
    String fields = head.toString();
    int at = fields.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(fields.substring(at, fields.indexOf('\r', at)));
    byte[] body = in.readNBytes(length);
    return fields
            .replaceAll("date: [^\r]{29}\r", "date: D\r")
            .replaceAll("X-Trace-Id: [0-9a-f]{32}\r", "X-Trace-Id: T\r")
        + new String(body, ISO_8859_1);
  }

  @Test
  void quickAnswer_isTheOneOfTheUsualWay() throws IOException {
    try (Socket socket = connect()) {
      send(socket, get(3, 90, ""));
      String quickly = read(socket);
      assertThat(quick).hasValue(1);
      send(socket, get(3, 90, "X-Other: 1\r\n"));
      String usually = read(socket);
      assertThat(quick).hasValue(1);
      assertThat(quickly)
          .startsWith("HTTP/1.1 206 Partial Content\r\n")
          .endsWith("\r\n\r\n" + new String(PatternedSource.bytes(3, 88), ISO_8859_1));
      assertThat(quickly.lines().limit(13).sorted().toList())
          .isEqualTo(usually.lines().limit(13).sorted().toList());
    }
    assertThat(closed).hasValue(1);
    assertThat(registry.get("tributary.http.answers").tag("status", "2xx").counter().count())
        .isEqualTo(2);
  }

  @Test
  void pipelinedRequests_areAnsweredInTheirOrder_whicheverWayTheyGo() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          get(0, 9, "") + get(10, 19, "") + get(2000, 2009, "") + get(20, 29, "") + get(1, 2, ""));
      for (int[] range : new int[][] {{0, 10}, {10, 10}, {2000, 10}, {20, 10}, {1, 2}}) {
        assertThat(read(socket))
            .endsWith(new String(PatternedSource.bytes(range[0], range[1]), ISO_8859_1));
      }
    }
    // Those behind the one that goes the usual way may have come before its answer was written.
    assertThat(quick.get()).isBetween(2, 4);
  }

  @Test
  void simpleRequestOfTheUsualWay_leavesTheShortCutOpen_andNoOtherDoes() throws IOException {
    try (Socket socket = connect()) {
      for (int first : new int[] {0, 5000, 10, 6000, 20}) {
        send(socket, get(first, first + 9, ""));
        assertThat(read(socket)).endsWith(new String(PatternedSource.bytes(first, 10), ISO_8859_1));
      }
      assertThat(quick).hasValue(3);
      send(socket, get(30, 39, "X-Other: 1\r\n"));
      assertThat(read(socket)).contains("bytes 30-39/");
      send(socket, get(40, 49, ""));
      assertThat(read(socket)).contains("bytes 40-49/");
      assertThat(quick).hasValue(3);
    }
  }

  @Test
  void requestInPieces_isAnswered() throws IOException {
    try (Socket socket = connect()) {
      send(socket, get(0, 9, ""));
      assertThat(read(socket)).contains("bytes 0-9/");
      String text = get(5, 9, "");
      send(socket, text.substring(0, 30));
      send(socket, text.substring(30));
      assertThat(read(socket)).contains("bytes 5-9/");
    }
  }
}
