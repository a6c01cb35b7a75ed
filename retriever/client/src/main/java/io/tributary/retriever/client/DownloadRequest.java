package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import java.util.Optional;

/**
 * What is to be downloaded, and how.
 *
 * @param fid the file
 * @param range of its stored bytes; empty for all
 * @param isRangeBelieved whether a range is fetched by itself and a retriever's word taken for it;
 *     else the pieces that it lies in are fetched, of which the hashes are known
 * @param connections pieces that are fetched at a time, 1 to {@value #MAX_CONNECTIONS}
 * @param bytesPerSecond the most that is received, {@link Long#MAX_VALUE} for no limit
 * @param attempts how often a piece is tried, each time at another source if there is one
 */
public record DownloadRequest(
    Fid fid,
    Optional<ByteRange> range,
    boolean isRangeBelieved,
    int connections,
    long bytesPerSecond,
    int attempts) {
  /** The most {@link #connections}. */
  public static final int MAX_CONNECTIONS = 32;

  /** Checks the values. */
  public DownloadRequest {
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw new IllegalArgumentException("connections are 1 to " + MAX_CONNECTIONS);
    }
    if (bytesPerSecond < 1 || attempts < 1) {
      throw new IllegalArgumentException("rates and attempts are positive");
    }
  }

  /** The usual: four connections, no limit of speed, five attempts. */
  public static DownloadRequest of(Fid fid) {
    return new DownloadRequest(fid, Optional.empty(), false, 4, Long.MAX_VALUE, 5);
  }

  /** The same of a range, which is verified by the pieces that it lies in. */
  public DownloadRequest withRange(ByteRange other) {
    return new DownloadRequest(
        fid, Optional.of(other), false, connections, bytesPerSecond, attempts);
  }

  /** The same of a range, which is fetched by itself and believed. */
  public DownloadRequest withBelievedRange(ByteRange other) {
    return new DownloadRequest(
        fid, Optional.of(other), true, connections, bytesPerSecond, attempts);
  }

  /** The same with another number of connections. */
  public DownloadRequest withConnections(int other) {
    return new DownloadRequest(fid, range, isRangeBelieved, other, bytesPerSecond, attempts);
  }

  /** The same with another limit of speed. */
  public DownloadRequest withBytesPerSecond(long other) {
    return new DownloadRequest(fid, range, isRangeBelieved, connections, other, attempts);
  }

  /** The same with another number of attempts. */
  public DownloadRequest withAttempts(int other) {
    return new DownloadRequest(fid, range, isRangeBelieved, connections, bytesPerSecond, other);
  }
}
