package io.tributary.retriever.node.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be downloaded, and how.
 *
 * @param fid the file
 * @param range of its stored bytes; empty for all
 * @param retrievers base addresses, as {@code http://127.0.0.1:8080}; at least one
 * @param connections pieces that are fetched at a time, 1 to {@value #MAX_CONNECTIONS}
 * @param bytesPerSecond the most that is received, {@link Long#MAX_VALUE} for no limit
 * @param attempts how often a piece is tried, each time at another retriever if there is one
 * @param stalledFor how long a retriever may send nothing
 */
public record DownloadRequest(
    Fid fid,
    Optional<ByteRange> range,
    List<URI> retrievers,
    int connections,
    long bytesPerSecond,
    int attempts,
    Duration stalledFor) {
  /** The most {@link #connections}. */
  public static final int MAX_CONNECTIONS = 32;

  /** Checks the values and copies the list. */
  public DownloadRequest {
    retrievers = List.copyOf(retrievers);
    if (retrievers.isEmpty()) {
      throw new IllegalArgumentException("no retriever is named");
    }
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw new IllegalArgumentException("connections are 1 to " + MAX_CONNECTIONS);
    }
    if (bytesPerSecond < 1 || attempts < 1 || stalledFor.toMillis() < 1) {
      throw new IllegalArgumentException("rates, attempts and times are positive");
    }
  }

  /** The usual: four connections, no limit of speed, five attempts, 30 s of silence. */
  public static DownloadRequest of(Fid fid, List<URI> retrievers) {
    return new DownloadRequest(
        fid, Optional.empty(), retrievers, 4, Long.MAX_VALUE, 5, Duration.ofSeconds(30));
  }
}
