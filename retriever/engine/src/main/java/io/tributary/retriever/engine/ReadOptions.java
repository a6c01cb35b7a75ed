package io.tributary.retriever.engine;

import java.time.Duration;

/**
 * How a file is to be read.
 *
 * @param firstByteWithin how long the first piece may take, and
 * @param pieceWithin how long each further piece may take from when it is asked for; else the read
 *     fails with {@code DEADLINE}. The client's own slowness does not count
 * @param maxPieceBytes the largest piece, {@value #MIN_PIECE_BYTES} to {@value #MAX_PIECE_BYTES}
 * @param maxAheadBytes how much may be fetched, or held, ahead of the reader at most; at least one
 *     fragment is
 */
public record ReadOptions(
    Duration firstByteWithin, Duration pieceWithin, int maxPieceBytes, long maxAheadBytes) {
  /** The least {@link #maxPieceBytes}. */
  public static final int MIN_PIECE_BYTES = 64 << 10;

  /** The most {@link #maxPieceBytes}. */
  public static final int MAX_PIECE_BYTES = 1 << 20;

  private static final ReadOptions DEFAULTS =
      new ReadOptions(Duration.ofSeconds(30), Duration.ofSeconds(30), 256 << 10, 64L << 20);

  /** Checks the values. */
  public ReadOptions {
    if (firstByteWithin.toNanos() <= 0 || pieceWithin.toNanos() <= 0) {
      throw new IllegalArgumentException("deadlines are positive");
    }
    if (maxPieceBytes < MIN_PIECE_BYTES || maxPieceBytes > MAX_PIECE_BYTES) {
      throw new IllegalArgumentException("pieces of " + maxPieceBytes + " bytes");
    }
    if (maxAheadBytes < 0) {
      throw new IllegalArgumentException("ahead by " + maxAheadBytes + " bytes");
    }
  }

  /** 30 s to the first byte and between pieces, pieces of 256 KiB, 64 MiB ahead. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /** The same with other deadlines. */
  public ReadOptions withDeadlines(Duration firstByte, Duration piece) {
    return new ReadOptions(firstByte, piece, maxPieceBytes, maxAheadBytes);
  }

  /** The same with other pieces. */
  public ReadOptions withMaxPieceBytes(int bytes) {
    return new ReadOptions(firstByteWithin, pieceWithin, bytes, maxAheadBytes);
  }

  /** The same with another distance to fetch ahead. */
  public ReadOptions withMaxAheadBytes(long bytes) {
    return new ReadOptions(firstByteWithin, pieceWithin, maxPieceBytes, bytes);
  }
}
