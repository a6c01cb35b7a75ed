package io.tributary.content;

import java.nio.ByteBuffer;

/**
 * A segment with the bytes of its twelve fragments, on loan from a {@link Segmenter}: its memory is
 * used again for the next segment as soon as {@link SegmentSink#accept} returns.
 *
 * <p>Until then any thread may read it.
 */
public final class EncodedSegment {
  private final int index;
  private final int contentBytes;
  private final Manifest.Segment hashes;
  private final SegmentMemory memory;
  private volatile boolean onLoan = true;

  EncodedSegment(int index, int contentBytes, Manifest.Segment hashes, SegmentMemory memory) {
    this.index = index;
    this.contentBytes = contentBytes;
    this.hashes = hashes;
    this.memory = memory;
  }

  /** Returns the place of the segment in the file, from 0. */
  public int index() {
    return index;
  }

  /** Returns how many bytes of the segment belong to the file; the rest is zero padding. */
  public int contentBytes() {
    return contentBytes;
  }

  /** Returns the hashes of the segment and of its fragments. */
  public Manifest.Segment hashes() {
    return hashes;
  }

  /**
   * Returns the bytes of the fragment in a column, 0 to 11: a new read-only view of {@link
   * Layout#FRAGMENT_BYTES} bytes.
   *
   * <p>Whether they are worth sending is told by {@link FragmentHash#isZero}.
   *
   * @throws IllegalStateException if the loan is over
   */
  public ByteBuffer fragment(int column) {
    if (!onLoan) {
      throw new IllegalStateException(
          "the bytes of segment " + index + " were lent until the sink returned");
    }
    return memory.view(column);
  }

  void endLoan() {
    onLoan = false;
  }
}
