package io.tributary.launcher;

import io.tributary.content.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One download by plain HTTP, read to its end and hashed.
 *
 * @param status the HTTP status
 * @param bytes how many bytes of body came
 * @param sha256 their hash, in hexadecimal
 * @param firstByteNanos from the request to the first byte
 * @param nanos from the request to the last byte
 * @param trace the trace id that the server told, if it did
 */
record HttpDownload(
    int status,
    long bytes,
    String sha256,
    long firstByteNanos,
    long nanos,
    Optional<String> trace) {
  /** Is told while bytes come. */
  interface Listener {
    void onBytes(long bytes) throws IOException;
  }

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int READ_BYTES = 256 << 10;
  private static final String TRACE_HEADER = "X-Trace-Id";

  /**
   * Downloads.
   *
   * @param listener told after each read how many bytes there are by now
   */
  static HttpDownload of(HttpClient client, URI uri, Listener listener)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
    MessageDigest sha256 = Sha256.newDigest();
    byte[] buffer = new byte[READ_BYTES];
    long bytes = 0;
    long first = 0;
    try (InputStream body = response.body()) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        if (bytes == 0) {
          first = System.nanoTime();
        }
        bytes += read;
        sha256.update(buffer, 0, read);
        listener.onBytes(bytes);
      }
    }
    return new HttpDownload(
        response.statusCode(),
        bytes,
        HexFormat.of().formatHex(sha256.digest()),
        first - start,
        System.nanoTime() - start,
        response.headers().firstValue(TRACE_HEADER));
  }
}
