package io.tributary.nodekit.admin;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.tributary.nodekit.http.Handler;
import io.tributary.nodekit.http.HttpLimits;
import io.tributary.nodekit.http.HttpProblem;
import io.tributary.nodekit.http.HttpServer;
import io.tributary.nodekit.http.Request;
import io.tributary.nodekit.http.Response;
import io.tributary.nodekit.http.Router;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The operator's listener:
 *
 * <table>
 * <caption>Pages</caption>
 * <tr><td>{@code /healthz}</td><td>200 while the process answers at all; needs no token</td></tr>
 * <tr><td>{@code /readyz}</td><td>200 when the node can do its work, else 503 and why</td></tr>
 * <tr><td>{@code /status}</td><td>the node's state in JSON</td></tr>
 * <tr><td>{@code /metrics}</td><td>Prometheus' text format</td></tr>
 * </table>
 *
 * <p>Without a token it answers only requests that name a loopback address as their host, so that a
 * web site cannot have the operator's browser read it under another name. Thread-safe.
 */
public final class AdminListener implements AutoCloseable {
  private static final String BEARER = "Bearer ";

  private final HttpServer server;

  private AdminListener(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if the address cannot be listened on
   */
  public static AdminListener start(AdminSettings settings, EventLoopGroup loops, AdminPages pages)
      throws IOException {
    Function<Handler, Handler> guard =
        handler ->
            request -> {
              letIn(settings, request);
              return handler.handle(request);
            };
    Router router =
        Router.builder()
            .get("/healthz", now(request -> Response.json(200, Map.of("healthy", true))))
            .get("/readyz", guard.apply(now(request -> readiness(pages.notReady().get()))))
            .get("/status", guard.apply(now(request -> Response.json(200, pages.status().get()))))
            .get(
                "/metrics",
                guard.apply(
                    now(
                        request ->
                            Response.text(200, pages.metrics().get())
                                .header(
                                    HttpHeaderNames.CONTENT_TYPE,
                                    "text/plain; version=0.0.4; charset=utf-8"))))
            .build();
    return new AdminListener(
        HttpServer.builder("admin", loops, router)
            .bind(settings.bind())
            .limits(HttpLimits.admin())
            .start());
  }

  /** Returns its address for clients of this machine. */
  public URI url() {
    return server.url();
  }

  /** Stops listening. Must not be called on an event loop. */
  @Override
  public void close() {
    server.close();
  }

  private static Response readiness(List<String> reasons) {
    return Response.json(
        reasons.isEmpty() ? 200 : 503, Map.of("ready", reasons.isEmpty(), "reasons", reasons));
  }

  private static void letIn(AdminSettings settings, Request request) {
    if (settings.token().isPresent()) {
      Optional<String> sent =
          request
              .header(HttpHeaderNames.AUTHORIZATION)
              .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
              .map(value -> value.substring(BEARER.length()).strip());
      if (sent.isEmpty() || !isSame(sent.get(), settings.token().get())) {
        throw new HttpProblem(
            401,
            "UNAUTHORIZED",
            "this page needs the admin token",
            "send it as Authorization: Bearer TOKEN");
      }
    } else if (!request.header(HttpHeaderNames.HOST).map(AdminListener::isLoopback).orElse(true)) {
      throw new HttpProblem(
          403,
          "FOREIGN_HOST",
          "this page is for this machine, and the request names another host",
          "use http://127.0.0.1 or set an admin token");
    }
  }

  /** Compares in a time that tells nothing about where they differ. */
  private static boolean isSame(String sent, String token) {
    return MessageDigest.isEqual(
        sent.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isLoopback(String host) {
    int bracket = host.indexOf(']');
    int colon = host.indexOf(':', Math.max(0, bracket));
    String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  private static Handler now(Function<Request, Response> answer) {
    return request -> CompletableFuture.completedFuture(answer.apply(request));
  }
}
