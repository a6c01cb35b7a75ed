package io.tributary.nodekit.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered as asked, and what its sender can do about it.
 *
 * <p>The client sees JSON that CESS's clients can read too, since {@code code}, {@code msg} and
 * {@code data} are where they look:
 *
 * <pre>{@code
 * {"code":404,"msg":"no such file on chain","data":null,
 *  "error":"NOT_FOUND","help":"check the fid","trace":"4f1c…"}
 * }</pre>
 *
 * <p>A status below 500 means that the client is at fault; 502, 503 and 504 that something behind
 * this server is; 500 the server itself.
 */
public final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String help;
  private final transient Optional<Duration> retryAfter;

  /**
   * Says what is wrong.
   *
   * @param status the status code, 400 to 599
   * @param code the stable name of the problem, as {@code NOT_FOUND}
   * @param message what is wrong
   * @param help what the client can do
   */
  public HttpProblem(int status, String code, String message, String help) {
    this(status, code, message, help, Optional.empty(), null);
  }

  /**
   * Says what is wrong, and when asking again makes sense.
   *
   * @param status the status code, 400 to 599
   * @param code the stable name of the problem
   * @param message what is wrong
   * @param help what the client can do
   * @param retryAfter when to ask again; said in whole seconds
   * @param cause what it follows from
   */
  public HttpProblem(
      int status,
      String code,
      String message,
      String help,
      Optional<Duration> retryAfter,
      @Nullable Throwable cause) {
    super(message, cause, false, false);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is outside 400..599");
    }
    this.status = status;
    this.code = code;
    this.help = help;
    this.retryAfter = retryAfter;
  }

  static HttpProblem badRequest(String message, @Nullable Throwable cause) {
    return new HttpProblem(
        400, "BAD_REQUEST", message, "correct the request", Optional.empty(), cause);
  }

  /** Returns the status code. */
  public int status() {
    return status;
  }

  /** Returns the stable name. */
  public String code() {
    return code;
  }

  /** Returns what the client can do. */
  public String help() {
    return help;
  }

  /** Returns when asking again makes sense. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** Returns the answer that says it. */
  public Response toResponse(String traceId) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("code", status);
    tree.put("msg", String.valueOf(getMessage()));
    tree.put("data", null);
    tree.put("error", code);
    tree.put("help", help);
    tree.put("trace", traceId);
    Response response =
        Response.json(status, tree).header(HttpHeaderNames.CACHE_CONTROL, "no-store");
    retryAfter.ifPresent(
        after ->
            response.header(
                HttpHeaderNames.RETRY_AFTER, Math.max(1, after.plusMillis(999).toSeconds())));
    return response;
  }
}
