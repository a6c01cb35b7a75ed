package io.tributary.retriever.node.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.retriever.node.MemoryEngine;
import io.tributary.retriever.node.TestRetriever;
import io.tributary.retriever.node.access.AccessLists;
import io.tributary.retriever.node.access.ClientLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short cut says what the usual way says, to whom it says it. */
final class QuickFilesTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final byte[] CONTENT = random(4, 300_000);

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /**
   * An answer.
   *
   * @param content each byte as a character
   */
  private record Answer(List<String> head, String content) {
    String status() {
      return head.get(0).split(" ", -1)[1];
    }

    /** What does not change from one answer to the next, in some order. */
    List<String> fixed() {
      return head.stream()
          .map(line -> line.replaceFirst("(date|X-Trace-Id): .*", "$1"))
          .map(line -> line.replaceFirst("desc=\"[0-9a-f]{16}\"", "desc"))
          .map(line -> line.replaceFirst("(?i)^server-timing", "server-timing"))
          .sorted()
          .toList();
    }

    String field(String name) {
      return head.stream()
          .filter(line -> line.startsWith(name + ": "))
          .findFirst()
          .orElseThrow()
          .substring(name.length() + 2);
    }
  }

  private static Socket connect(TestRetriever retriever) throws IOException {
    Socket socket = new Socket(retriever.url().getHost(), retriever.url().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static Answer get(Socket socket, String path, int first, int last, String field)
      throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: a\r\nRange: bytes=%d-%d\r\n%s\r\n"
            .formatted(path, first, last, field);
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the end came after: " + head);
      }
      head.append((char) next);
    }
    List<String> lines = head.toString().lines().filter(line -> !line.isEmpty()).toList();
    int length = Integer.parseInt(new Answer(lines, "").field("content-length"));
    return new Answer(lines, new String(in.readNBytes(length), ISO_8859_1));
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
  void rangeInTheCache_isAnsweredAsTheUsualWayWould(String route) throws Exception {
    try (TestRetriever retriever = new TestRetriever();
        Socket socket = connect(retriever)) {
      MemoryEngine engine = retriever.engine;
      engine.hasAllCached = true;
      String path = route + engine.add("holiday ✈.mp4", CONTENT.length, CONTENT).toHex();

      Answer quick = get(socket, path, 1000, 5095, "");
      assertThat(engine.cachedReads).hasValue(1);
      Answer usual = get(socket, path, 1000, 5095, "X-Other: 1\r\n");
      assertThat(engine.cachedReads).hasValue(1);

      assertThat(quick.status()).isEqualTo("206");
      assertThat(quick.fixed()).isEqualTo(usual.fixed());
      assertThat(quick.content())
          .isEqualTo(usual.content())
          .isEqualTo(new String(CONTENT, 1000, 4096, ISO_8859_1));
      assertThat(engine.closedRanges).hasValue(1);
    }
  }

  @Test
  void trace_isFoundByTheIdOfTheAnswer() throws Exception {
    try (TestRetriever retriever = new TestRetriever();
        Socket socket = connect(retriever)) {
      retriever.engine.hasAllCached = true;
      String path = "/file/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      String id = get(socket, path, 10, 19, "").field("X-Trace-Id");
      assertThat(retriever.engine.cachedReads).hasValue(1);
      assertThat(new String(retriever.get("/trace/" + id).body(), UTF_8))
          .contains("\"id\":\"" + id.substring(16) + '"', "\"rangeOffset\":10");
      assertThat(retriever.get("/trace/" + "0".repeat(32)).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whatIsNotSoSimple_goesTheUsualWay() throws Exception {
    try (TestRetriever retriever = new TestRetriever();
        Socket socket = connect(retriever)) {
      retriever.engine.hasAllCached = true;
      String fid = retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      Answer cut = get(socket, "/file/" + fid, 299_990, 300_009, "");
      assertThat(cut.content()).hasSize(10);
      assertThat(get(socket, "/file/" + fid, 300_000, 300_009, "").status()).isEqualTo("416");
      assertThat(get(socket, "/file/" + fid, 0, 99_999, "").content()).hasSize(100_000);
      assertThat(get(socket, "/file/" + fid + ".webm", 0, 9, "").field("content-type"))
          .isEqualTo("video/webm");
      assertThat(get(socket, "/file/" + "x".repeat(64), 0, 9, "").status()).isEqualTo("400");
      assertThat(get(socket, "/other/" + fid, 0, 9, "").status()).isEqualTo("404");
      assertThat(retriever.engine.cachedReads).hasValue(0);
      // None of them closed the short cut.
      assertThat(get(socket, "/file/" + fid, 0, 9, "").status()).isEqualTo("206");
      assertThat(retriever.engine.cachedReads).hasValue(1);
    }
  }

  @Test
  void listsAndBudgets_holdHereToo() throws Exception {
    AccessLists lists =
        new AccessLists(
            AccessLists.Lists.open(),
            new AccessLists.Lists<>(Set.of(), Set.of(MemoryEngine.OWNER)),
            AccessLists.Lists.open());
    try (TestRetriever retriever = new TestRetriever(lists, ClientLimits.defaults(), List.of());
        Socket socket = connect(retriever)) {
      retriever.engine.hasAllCached = true;
      String path = "/file/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      assertThat(get(socket, path, 0, 9, "").status()).isEqualTo("403");
      assertThat(retriever.engine.cachedReads).hasValue(0);
      assertThat(retriever.engine.closedRanges).hasValue(1);
    }
    ClientLimits few = new ClientLimits(1, 3, 10, 1 << 30, 10);
    try (TestRetriever retriever = new TestRetriever(AccessLists.OPEN, few, List.of());
        Socket socket = connect(retriever)) {
      retriever.engine.hasAllCached = true;
      String path = "/file/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      for (int i = 0; i < 3; i++) {
        assertThat(get(socket, path, 0, 9, "").status()).isEqualTo("206");
      }
      assertThat(get(socket, path, 0, 9, "").status()).isEqualTo("429");
      assertThat(retriever.engine.cachedReads).hasValue(3);
    }
    ClientLimits one = new ClientLimits(999, 999, 1, 100, 10);
    try (TestRetriever retriever = new TestRetriever(AccessLists.OPEN, one, List.of());
        Socket socket = connect(retriever)) {
      retriever.engine.hasAllCached = true;
      String path = "/file/" + retriever.engine.add("a", CONTENT.length, CONTENT).toHex();
      // Each gives back its place, but not its bytes.
      assertThat(get(socket, path, 0, 59, "").status()).isEqualTo("206");
      assertThat(get(socket, path, 0, 59, "").status()).isEqualTo("206");
      assertThat(get(socket, path, 0, 59, "").status()).isEqualTo("429");
      assertThat(retriever.engine.cachedReads).hasValue(2);
    }
  }
}
