package io.tributary.cacher.node.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.Listing;
import io.tributary.cacher.node.http.AccessTokens.Allowance;
import io.tributary.cacher.node.serve.CachedFragments;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.Manifest;
import io.tributary.exchange.FragmentName;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.nodekit.http.EntityTag;
import io.tributary.nodekit.http.HttpProblem;
import io.tributary.nodekit.http.QuickHandler;
import io.tributary.nodekit.http.Representation;
import io.tributary.nodekit.http.Request;
import io.tributary.nodekit.http.Response;
import io.tributary.nodekit.http.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET} and {@code HEAD /fragment/{fid}/{segment}/{column}}: the fragments of this node, for
 * clients at allowed addresses and those with a token. A fragment never changes, so its ETag is its
 * hash and it may be cached for ever. Thread-safe.
 */
public final class FragmentPages {
  private static final String BEARER = "Bearer ";
  static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final Catalog catalog;
  private final CachedFragments fragments;
  private final List<IpPrefix> allowed;
  private final AccessTokens tokens;

  /**
   * Pages of fragments.
   *
   * @param allowed addresses of clients that need no token
   */
  public FragmentPages(
      Catalog catalog, CachedFragments fragments, List<IpPrefix> allowed, AccessTokens tokens) {
    this.catalog = catalog;
    this.fragments = fragments;
    this.allowed = List.copyOf(allowed);
    this.tokens = tokens;
  }

  /** Returns the routes. */
  public Router router() {
    return Router.builder().get("/fragment/{fid}/{segment}/{column}", this::answer).build();
  }

  /** Returns the short cut for short ranges. */
  public QuickHandler quick() {
    return new QuickFragments(catalog, fragments, allowed);
  }

  private CompletionStage<Response> answer(Request request) {
    Optional<Allowance> allowance = admit(request);
    Fid fid = fid(request.parameter("fid"));
    int segment = number(request.parameter("segment"), Layout.MAX_SEGMENTS);
    int column = number(request.parameter("column"), Layout.COLUMNS);
    return catalog
        .find(fid)
        .thenApply(listing -> answer(request, name(listing, fid, segment, column), allowance));
  }

  /** What the client may read: nothing said for one that needs no token. */
  private Optional<Allowance> admit(Request request) {
    if (allowed.stream().anyMatch(each -> each.contains(request.remote().getAddress()))) {
      return Optional.empty();
    }
    return Optional.of(
        request
            .header(HttpHeaderNames.AUTHORIZATION)
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .flatMap(value -> tokens.read(value.substring(BEARER.length()).strip()))
            .orElseThrow(
                () ->
                    new HttpProblem(
                        401,
                        "UNAUTHORIZED",
                        "this address is not allowed without a token, and there is none that holds",
                        "send Authorization: Bearer TOKEN, signed by a payer this node knows")));
  }

  private static Fid fid(String text) {
    try {
      return Fid.parse(text);
    } catch (MalformedIdException e) {
      throw new HttpProblem(
          400,
          "BAD_REQUEST",
          "a fid has 64 lower-case hexadecimal characters",
          "correct the address",
          Optional.empty(),
          e);
    }
  }

  private static int number(String text, int below) {
    boolean isNumber =
        text.length() <= 4 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber || Integer.parseInt(text) >= below) {
      throw new HttpProblem(
          400,
          "BAD_REQUEST",
          "a segment and a column are numbers from 0, below " + below,
          "correct the address");
    }
    return Integer.parseInt(text);
  }

  private static FragmentName name(Listing listing, Fid fid, int segment, int column) {
    if (listing instanceof Listing.Listed listed) {
      Manifest manifest = listed.file().manifest();
      if (segment >= manifest.segments().size()) {
        throw new HttpProblem(
            404,
            "NOT_IN_FILE",
            "the file has " + manifest.segments().size() + " segments",
            "ask for a segment below that");
      }
      return new FragmentName(fid, segment, column, manifest.fragment(segment, column));
    }
    throw Problems.of(listing);
  }

  private Response answer(Request request, FragmentName name, Optional<Allowance> allowance) {
    return new Representation(
            Layout.FRAGMENT_BYTES,
            new EntityTag(name.hash().toHex()),
            "application/octet-stream",
            span -> new FragmentStream(fragments, name, span, allowance))
        .answer(request)
        .header(HttpHeaderNames.CACHE_CONTROL, FOR_EVER);
  }
}
