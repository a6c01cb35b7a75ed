package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A question to a running node's admin listener. */
final class AdminQuery {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private AdminQuery() {}

  /**
   * Reads a page.
   *
   * @param tokenFile the file whose first line is the listener's token
   */
  static JsonNode read(String adminUrl, String page, Optional<Path> tokenFile)
      throws IOException, InterruptedException, KeystoreException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(adminUrl).resolve(page)).timeout(TIMEOUT);
    if (tokenFile.isPresent()) {
      request.header(
          "Authorization", "Bearer " + new String(PasswordSource.file(tokenFile.get()).read()));
    }
    HttpResponse<String> response;
    try {
      response =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .build()
              .send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE, "the node does not answer at " + adminUrl + ": " + e, e);
    }
    if (response.statusCode() == 401 || response.statusCode() == 403) {
      throw new CommandFailure(
          ExitCode.CONFIG, "the node at " + adminUrl + " wants another admin token");
    }
    return new ObjectMapper().readTree(response.body());
  }
}
