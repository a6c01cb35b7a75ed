package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gives each request to the route of its method and path.
 *
 * <p>GET routes answer HEAD, every path answers OPTIONS; what is not known is answered 404, a known
 * path with another method 405. Where templates overlap the more literal one wins. Thread-safe.
 */
public final class Router implements Handler {
  private record Known(Route route, PathTemplate template) {}

  private final List<Known> known;

  private Router(List<Known> known) {
    this.known = List.copyOf(known);
  }

  /** Collects routes. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns all routes. */
  public List<Route> routes() {
    return known.stream().map(Known::route).toList();
  }

  @Override
  public CompletionStage<Response> handle(Request request) {
    List<String> path = PathTemplate.segments(request.path());
    String method = request.isHead() ? "GET" : request.method();
    List<String> methods = new ArrayList<>();
    for (Known candidate : known) {
      Optional<Map<String, String>> found = match(candidate.template(), path);
      if (found.isPresent()) {
        if (candidate.route().method().equals(method)) {
          return candidate.route().handler().handle(request.with(found.get()));
        }
        methods.add(candidate.route().method());
      }
    }
    if (methods.isEmpty()) {
      throw new HttpProblem(
          404, "NO_SUCH_ROUTE", "nothing is at this address", "check the address");
    }
    return CompletableFuture.completedFuture(otherMethod(request, methods));
  }

  private Response otherMethod(Request request, List<String> methods) {
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    String allowed = String.join(", ", methods.stream().distinct().toList());
    Response response =
        request.method().equals("OPTIONS")
            ? Response.of(204)
            : new HttpProblem(
                    405,
                    "METHOD_NOT_ALLOWED",
                    "this address does not know the method",
                    "use one of " + allowed)
                .toResponse(request.traceId());
    return response.header(HttpHeaderNames.ALLOW, allowed);
  }

  private static Optional<Map<String, String>> match(PathTemplate template, List<String> path) {
    try {
      return template.match(path);
    } catch (IllegalArgumentException e) {
      throw HttpProblem.badRequest("the path of the address is malformed", e);
    }
  }

  /** Collects routes for a {@link Router}. */
  public static final class Builder {
    private final List<Known> known = new ArrayList<>();

    private Builder() {}

    /** Adds a route for GET and HEAD. */
    public Builder get(String template, Handler handler) {
      return route("GET", template, handler);
    }

    /** Adds a route. */
    public Builder route(String method, String template, Handler handler) {
      known.add(new Known(new Route(method, template, handler), new PathTemplate(template)));
      return this;
    }

    /** Returns the router. */
    public Router build() {
      known.sort((a, b) -> PathTemplate.moreLiteralFirst(a.template(), b.template()));
      return new Router(known);
    }
  }
}
