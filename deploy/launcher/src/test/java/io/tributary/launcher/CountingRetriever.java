package io.tributary.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.content.FidRule;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A retriever of one file that counts what it sends, and can be made to refuse. */
final class CountingRetriever implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
  private static final int WRITE_BYTES = 64 << 10;

  /** Bytes of the file that were sent. */
  final AtomicLong sentBytes = new AtomicLong();

  /** Refuses, and wants to be left alone for an hour, whoever asks for bytes from here on. */
  volatile long refusesFrom = Long.MAX_VALUE;

  /** Changes a bit of what it sends. */
  volatile boolean lies;

  /** How often it has refused. */
  final AtomicLong refusals = new AtomicLong();

  private final byte[] content;
  private final Manifest manifest;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  CountingRetriever(byte[] content) throws IOException {
    this.content = content;
    List<Manifest.Segment> segments = new ArrayList<>();
    for (int at = 0; at < content.length; at += Layout.SEGMENT_BYTES) {
      byte[] padded = Arrays.copyOfRange(content, at, at + Layout.SEGMENT_BYTES);
      segments.add(
          new Manifest.Segment(
              new SegmentHash(Sha256.of(padded)),
              Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO)));
    }
    manifest = Manifest.of(FidRule.MERKLE, content.length, segments);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/file/metadata/" + fid(), this::describe);
    server.createContext("/file/" + fid(), this::send);
    server.start();
  }

  String fid() {
    return manifest.fid().toHex();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void describe(HttpExchange exchange) throws IOException {
    String hashes =
        String.join("\",\"", manifest.segmentHashes().stream().map(SegmentHash::toHex).toList());
    byte[] answer =
        ("{\"code\":200,\"data\":{\"storedSize\":"
                + content.length
                + ",\"segments\":[\""
                + hashes
                + "\"]}}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer);
    }
  }

  private void send(HttpExchange exchange) throws IOException {
    Matcher range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
    if (!range.matches()) {
      throw new UncheckedIOException(new IOException("a download asks for ranges"));
    }
    int first = Integer.parseInt(range.group(1));
    int end = Integer.parseInt(range.group(2)) + 1;
    if (first >= refusesFrom) {
      refusals.incrementAndGet();
      exchange.getResponseHeaders().set("Retry-After", "3600");
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(206, end - first);
    try (OutputStream out = exchange.getResponseBody()) {
      for (int at = first; at < end; ) {
        int bytes = Math.min(WRITE_BYTES, end - at);
        byte[] part = Arrays.copyOfRange(content, at, at + bytes);
        part[0] ^= (byte) (lies ? 1 : 0);
        out.write(part);
        at += bytes;
        sentBytes.addAndGet(bytes);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
