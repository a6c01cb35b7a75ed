package io.tributary.retriever.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.retriever.node.client.DownloadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks retrievers over HTTP. Thread-safe. */
final class Retrievers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_PROBLEM_BYTES = 64 * 1024;
  private static final int MAX_METADATA_BYTES = 8 << 20;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final Duration patience;

  Retrievers(HttpClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  /** An answer that is no content. */
  static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final Duration pause;

    Unanswered(Reason reason, Duration pause, String message) {
      super(message);
      this.reason = reason;
      this.pause = pause;
    }

    /** Why; {@code UNREACHABLE} is worth another attempt. */
    Reason reason() {
      return reason;
    }

    /** How long the retriever wants to be left alone. */
    Duration pause() {
      return pause;
    }
  }

  /** Reads all of a small answer. */
  byte[] metadata(URI address) throws IOException, InterruptedException {
    try (InputStream in = open(address, Optional.empty(), 200)) {
      byte[] all = in.readNBytes(MAX_METADATA_BYTES + 1);
      if (all.length > MAX_METADATA_BYTES) {
        throw new IOException("the metadata has more than " + MAX_METADATA_BYTES + " bytes");
      }
      return all;
    }
  }

  /** Opens a range of content, whose bytes then come from the stream. */
  InputStream range(URI address, long first, long last) throws IOException, InterruptedException {
    return open(address, Optional.of("bytes=" + first + '-' + last), 206);
  }

  private InputStream open(URI address, Optional<String> range, int wanted)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(patience);
    range.ifPresent(value -> request.header("Range", value));
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() == wanted) {
      return answer.body();
    }
    try (InputStream in = answer.body()) {
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

  /** A pause before the next try, which is never longer than {@link #LONGEST_PAUSE}. */
  static Duration bounded(Duration pause) {
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private static Duration pause(HttpResponse<?> answer) {
    Duration said =
        answer
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)))
            .orElse(Duration.ZERO);
    return bounded(said);
  }
}
