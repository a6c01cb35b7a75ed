package io.tributary.reward.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Calls of a development chain that no other chain has. Thread-safe. */
public final class DevRpc {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  /** Calls to an endpoint. */
  public DevRpc(URI url) {
    this.url = url;
  }

  /**
   * Calls a method and returns its result as JSON text; a text without its quotes.
   *
   * @param parameters texts, numbers, booleans, lists and maps
   * @throws IOException if it does not answer, or with an error
   */
  public String ask(String method, Object... parameters) throws IOException {
    String body =
        json.writeValueAsString(
            Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      JsonNode answer = json.readTree(http.send(request, BodyHandlers.ofString()).body());
      if (answer.has("error")) {
        throw new IOException(method + ": " + answer.get("error"));
      }
      JsonNode result = answer.path("result");
      return result.isTextual() ? result.asText() : result.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the wait for " + method + " was interrupted", e);
    }
  }
}
