package io.tributary.fetch.score;

import io.tributary.fetch.SourceKind;

/**
 * What is expected of a source of which nothing was seen; as logarithms, since so it is averaged.
 */
interface Expectation {

  /** The logarithm of the nanoseconds to the first byte. */
  double logFirstByteNanos(long nowNanos);

  /** The logarithm of the bytes a second after it. */
  double logBytesPerSecond(long nowNanos);

  /** What is expected of a kind of which nothing was seen. */
  static Expectation of(SourceKind kind) {
    double logNanos = Math.log((double) kind.expectedFirstByte().toNanos());
    double logBytes = Math.log((double) kind.expectedBytesPerSecond());
    return new Expectation() {
      @Override
      public double logFirstByteNanos(long nowNanos) {
        return logNanos;
      }

      @Override
      public double logBytesPerSecond(long nowNanos) {
        return logBytes;
      }
    };
  }
}
