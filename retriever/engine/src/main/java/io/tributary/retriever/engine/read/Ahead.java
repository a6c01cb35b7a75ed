package io.tributary.retriever.engine.read;

import io.tributary.content.Layout;

/**
 * How far ahead of a reader is fetched: as much as it will take, at the rate it took the last
 * bytes, while the next are on their way. Not thread-safe: its owner locks it.
 */
final class Ahead {

  /** How much of the past is forgotten with each unit. */
  private static final double FADING = 0.5;

  /** Fetched ahead is this many times what is just enough. */
  private static final double MARGIN = 1.5;

  private final long maxBytes;
  private double unitNanos;
  private double readerNanosPerByte;
  private boolean knowsUnits;
  private boolean knowsReader;
  private long handedBytes;
  private long takingNanos;

  /**
   * For a reader of whom nothing is known.
   *
   * @param maxBytes the most, at least a fragment is fetched in any case
   */
  Ahead(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A unit came so long after it was asked for. */
  void onUnit(long nanos) {
    unitNanos = knowsUnits ? unitNanos + FADING * (nanos - unitNanos) : (double) nanos;
    knowsUnits = true;
  }

  /** The reader took so long, itself, until it asked for more. */
  void onTaken(long bytes, long nanos) {
    handedBytes += bytes;
    takingNanos += nanos;
    if (handedBytes >= Layout.FRAGMENT_BYTES / 8) {
      double perByte = (double) takingNanos / handedBytes;
      readerNanosPerByte =
          knowsReader ? readerNanosPerByte + FADING * (perByte - readerNanosPerByte) : perByte;
      knowsReader = true;
      handedBytes = 0;
      takingNanos = 0;
    }
  }

  /** How many bytes, beginning with those the reader needs next, are to be held or on their way. */
  long bytes() {
    if (!knowsUnits || !knowsReader) {
      return Layout.FRAGMENT_BYTES;
    }
    double wanted = MARGIN * unitNanos / Math.max(readerNanosPerByte, 1e-6);
    return Math.max(Layout.FRAGMENT_BYTES, (long) Math.min(wanted, (double) maxBytes));
  }
}
