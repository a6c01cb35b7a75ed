package io.tributary.ledger.journal;

/**
 * The limits of a journal.
 *
 * @param segmentBytes the length of a segment file, which is filled with zeros beforehand
 * @param maxQueued how many records may wait for the disk; more are refused as {@code OVERLOADED}
 * @param maxBatchBytes how many bytes are written before they are made durable together
 * @param segmentsPerSnapshot after how many full segments the state is written down
 * @param retainedSegments how many full segments are kept for exports once a snapshot covers them
 */
public record JournalOptions(
    int segmentBytes,
    int maxQueued,
    int maxBatchBytes,
    int segmentsPerSnapshot,
    int retainedSegments) {

  /** The longest payload of a record. */
  public static final int MAX_RECORD_BYTES = 64 << 10;

  /** Checks that the numbers fit each other. */
  public JournalOptions {
    require(
        segmentBytes >= 4 * (MAX_RECORD_BYTES + Frame.HEADER_BYTES), "segmentBytes", segmentBytes);
    require(segmentBytes % Frame.SECTOR_BYTES == 0, "segmentBytes", segmentBytes);
    require(maxQueued > 0, "maxQueued", maxQueued);
    require(
        maxBatchBytes >= MAX_RECORD_BYTES + 2 * Frame.HEADER_BYTES, "maxBatchBytes", maxBatchBytes);
    require(segmentsPerSnapshot > 0, "segmentsPerSnapshot", segmentsPerSnapshot);
    require(retainedSegments >= 0, "retainedSegments", retainedSegments);
  }

  /**
   * Segments of 64 MiB, 64 Ki records waiting, 1 MiB a batch, a snapshot every segment, 16 kept.
   */
  public static JournalOptions defaults() {
    return new JournalOptions(64 << 20, 1 << 16, 1 << 20, 1, 16);
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " is out of range");
    }
  }
}
