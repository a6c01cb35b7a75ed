package io.tributary.retriever.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A retriever that is asked over HTTP. Thread-safe. */
public final class HttpRetriever implements FileSource {
  /** The most that is read of an answer that is no content. */
  static final int MAX_PROBLEM_BYTES = 64 * 1024;

  /** The most that is read of a file's description. */
  static final int MAX_DESCRIPTION_BYTES = 8 << 20;

  /** The most that is read of a trace. */
  static final int MAX_TRACE_BYTES = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE_HEADER = "X-Trace-Id";
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  private final URI base;
  private final HttpClient client;
  private final Duration stalledFor;
  private final ScheduledExecutorService timers;

  /**
   * A retriever.
   *
   * @param base its address, as {@code http://127.0.0.1:8080}
   * @param client speaks HTTP; redirects are not needed
   * @param stalledFor how long it may send nothing
   * @param timers ends what stalls; closes streams, which is quick
   * @throws IllegalArgumentException if it is no address of HTTP
   */
  public HttpRetriever(
      URI base, HttpClient client, Duration stalledFor, ScheduledExecutorService timers) {
    boolean isHttp = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!isHttp || base.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + base + "' is no retriever's address such as http://127.0.0.1:8080");
    }
    if (stalledFor.toMillis() < 1) {
      throw new IllegalArgumentException("the time that a retriever may stall is positive");
    }
    String text = base.toString();
    this.base = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : base;
    this.client = client;
    this.stalledFor = stalledFor;
    this.timers = timers;
  }

  @Override
  public String name() {
    return base.toString();
  }

  @Override
  public RemoteFile describe(Fid fid, StopSignal stop) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        ask("/file/metadata/" + fid.toHex(), Optional.empty(), 200, stop);
    return RemoteFile.read(fid, all(answer, MAX_DESCRIPTION_BYTES, stop));
  }

  @Override
  public Content open(Fid fid, ByteRange range, StopSignal stop)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer = ask("/file/" + fid.toHex(), Optional.of(range), 206, stop);
    StallGuard body = new StallGuard(answer.body(), stalledFor, stop, timers);
    Optional<String> sent = answer.headers().firstValue("Content-Range");
    if (sent.isPresent()) {
      try {
        check(sent.get(), range);
      } catch (IOException e) {
        body.close();
        throw e;
      }
    }
    return new Body(body, answer.headers().firstValue(TRACE_HEADER));
  }

  /** Compares what is sent, as {@code bytes 0-99/1234}, with what was asked for. */
  private static void check(String sent, ByteRange asked) throws IOException {
    Matcher parts = CONTENT_RANGE.matcher(sent);
    if (!parts.matches()) {
      throw new IOException("it sends the range '" + sent + "', which is none");
    }
    if (!parts.group(3).equals("*") && Long.parseLong(parts.group(3)) < asked.end()) {
      throw new Unanswered(
          Reason.NO_SUCH_RANGE, Duration.ZERO, "the file has " + parts.group(3) + " bytes");
    }
    if (Long.parseLong(parts.group(1)) != asked.offset()
        || Long.parseLong(parts.group(2)) != asked.end() - 1) {
      throw new IOException("it sends the range '" + sent + "', which is another one");
    }
  }

  private final class Body implements Content {
    private final StallGuard in;
    private final Optional<String> trace;

    Body(StallGuard in, Optional<String> trace) {
      this.in = in;
      this.trace = trace;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return in.read(into, offset, length);
    }

    @Override
    public List<Ask> asks() throws InterruptedException {
      if (trace.isEmpty() || !trace.get().matches("[0-9a-fA-F-]{1,64}")) {
        return List.of();
      }
      StopSignal never = new StopSignal();
      try {
        return readAsks(
            all(
                ask("/trace/" + trace.get(), Optional.empty(), 200, never),
                MAX_TRACE_BYTES,
                never));
      } catch (IOException untold) {
        return List.of();
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException ignored) {
        // There is nothing left to be read.
      }
    }
  }

  /** Reads the asks of a trace; what is not there counts as empty. */
  static List<Ask> readAsks(byte[] json) throws IOException {
    List<Ask> asks = new ArrayList<>();
    for (JsonNode each : JSON.readTree(json).path("asks")) {
      asks.add(
          new Ask(
              each.path("kind").asText(""),
              each.path("source").asText(""),
              each.path("column").asInt(),
              each.path("role").asText(""),
              each.path("outcome").asText(""),
              each.path("askedAt").asLong(),
              each.path("firstByteAt").asLong(),
              each.path("endedAt").asLong(),
              each.path("receivedBytes").asLong(),
              each.path("detail").asText("")));
    }
    return List.copyOf(asks);
  }

  private byte[] all(HttpResponse<InputStream> answer, int mostBytes, StopSignal stop)
      throws IOException {
    try (StallGuard in = new StallGuard(answer.body(), stalledFor, stop, timers)) {
      byte[] all = in.readNBytes(mostBytes + 1);
      if (all.length > mostBytes) {
        throw new IOException("the answer has more than " + mostBytes + " bytes");
      }
      return all;
    }
  }

  /** Asks, and returns an answer of the wanted status, whose body is the caller's to close. */
  private HttpResponse<InputStream> ask(
      String path, Optional<ByteRange> range, int wanted, StopSignal stop)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(stalledFor);
    range.ifPresent(
        each -> request.header("Range", "bytes=" + each.offset() + '-' + (each.end() - 1)));
    CompletableFuture<HttpResponse<InputStream>> asking =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    StopSignal.Registration stopping = stop.onStop(() -> asking.cancel(true));
    HttpResponse<InputStream> answer;
    try {
      answer = asking.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure
          ? failure
          : new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (CancellationException e) {
      throw new IOException("stopped", e);
    } catch (InterruptedException e) {
      asking.cancel(true);
      throw e;
    } finally {
      stopping.close();
    }
    if (answer.statusCode() == wanted) {
      return answer;
    }
    try (StallGuard in = new StallGuard(answer.body(), stalledFor, stop, timers)) {
      throw unanswered(answer, in.readNBytes(MAX_PROBLEM_BYTES));
    }
  }

  private static Unanswered unanswered(HttpResponse<?> answer, byte[] body) {
    String message = "HTTP " + answer.statusCode();
    try {
      JsonNode problem = JSON.readTree(body);
      message += " " + problem.path("error").asText("") + ": " + problem.path("msg").asText("");
    } catch (IOException e) {
      message += " without an explanation";
    }
    Reason reason =
        switch (answer.statusCode()) {
          case 404 -> Reason.UNKNOWN_FILE;
          case 400, 401, 403 -> Reason.REFUSED;
          case 416 -> Reason.NO_SUCH_RANGE;
          default -> Reason.UNREACHABLE;
        };
    return new Unanswered(reason, pause(answer), message);
  }

  private static Duration pause(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }
}
