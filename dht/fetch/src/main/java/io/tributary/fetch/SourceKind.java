package io.tributary.fetch;

import java.time.Duration;

/**
 * The kinds of sources, the nearest first, with what is expected of one that nothing is known of.
 */
public enum SourceKind {
  /** A cacher that is a home of the fragment in the own region. */
  HOME(Duration.ofMillis(20), 40 << 20),
  /** A cacher of another region, or one that a provider record names. */
  CACHER(Duration.ofMillis(80), 20 << 20),
  /** A retriever that has it in its cache. */
  RETRIEVER(Duration.ofMillis(80), 20 << 20),
  /** A gateway of DeOSS. */
  GATEWAY(Duration.ofMillis(400), 4 << 20),
  /** A storage miner that keeps it for good. */
  MINER(Duration.ofMillis(800), 2 << 20);

  private final Duration firstByte;
  private final long bytesPerSecond;

  SourceKind(Duration firstByte, long bytesPerSecond) {
    this.firstByte = firstByte;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** The time to the first byte that is expected at first. */
  public Duration expectedFirstByte() {
    return firstByte;
  }

  /**
   * Whether it belongs to the storage network, which keeps files for good and is not paid for
   * giving them, rather than to the delivery network.
   */
  public boolean isOrigin() {
    return this == MINER || this == GATEWAY;
  }

  /** The throughput that is expected at first. */
  public long expectedBytesPerSecond() {
    return bytesPerSecond;
  }
}
