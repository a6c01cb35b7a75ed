package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.origin.chain.RpcEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The HTTP form of a {@link LoopbackNode}. */
final class LoopbackHttpNode extends LoopbackNode {
  static {
    // The JDK's server writes head and body apart, and each answer would wait for the other's ack.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);

  LoopbackHttpNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  @Override
  public RpcEndpoint endpoint() {
    return RpcEndpoint.parse("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  void hangUpAll() {
    close();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Reply reply = reply(new ObjectMapper().readTree(body));
    try (exchange) {
      if (reply instanceof Reply.Raw raw) {
        byte[] answer = raw.text().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
      } else if (reply instanceof Reply.Odd odd) {
        exchange.sendResponseHeaders(odd.status(), 0);
        exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
      } else if (reply instanceof Reply.HangUp) {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"jsonrpc\"".getBytes(StandardCharsets.UTF_8));
      } else if (reply instanceof Reply.Endless) {
        exchange.sendResponseHeaders(200, 0);
        byte[] piece = " ".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
        while (closed.getCount() > 0) {
          exchange.getResponseBody().write(piece);
        }
      } else if (reply instanceof Reply.Drip) {
        exchange.sendResponseHeaders(200, 0);
        do {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
        } while (!closed.await(10, TimeUnit.MILLISECONDS));
      } else {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
