package io.tributary.bench.cacher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What an ordinary client reads, to see whether a server answers right at all. */
final class Fetched {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Fetched() {}

  /**
   * Reads a target.
   *
   * @param target with a range behind a space where only a part is wanted
   */
  static byte[] bytes(int port, String target) throws IOException, InterruptedException {
    String[] words = target.split(" ", -1);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + words[0])).timeout(PATIENCE);
    if (words.length > 1) {
      request.header("Range", "bytes=" + words[1]);
    }
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200 && answer.statusCode() != 206) {
      throw new IOException(target + " is answered " + answer.statusCode());
    }
    return answer.body();
  }
}
