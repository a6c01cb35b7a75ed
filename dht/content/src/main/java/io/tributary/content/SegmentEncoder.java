package io.tributary.content;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Computes the parity and all hashes of the segment in its memory.
 *
 * <p>Hashing is most of the work: the segment once as a whole and every fragment once. It is shared
 * out in two rounds, longest task first:
 *
 * <pre>{@code
 * round 1:  segment hash | hashes of columns 0 to 3 | parity, stripe by stripe
 * round 2:  hashes of columns 4 to 11
 * }</pre>
 *
 * <p>A zero fragment is recognised by looking at it, which is cheaper than hashing it.
 */
final class SegmentEncoder {
  private static final List<FragmentHash> ZERO_FRAGMENTS =
      Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO);

  private final SegmentMemory memory;
  private final ParityEncoder encoder;
  private final Crew crew;

  /** One for the segment, then one for each column: tasks run at the same time share nothing. */
  private final MessageDigest[] sha256 = new MessageDigest[1 + Layout.COLUMNS];

  private final FragmentHash[] fragments = new FragmentHash[Layout.COLUMNS];
  private SegmentHash segment = SegmentHash.ZERO;

  SegmentEncoder(SegmentMemory memory, ParityEncoder encoder, Crew crew) {
    this.memory = memory;
    this.encoder = encoder;
    this.crew = crew;
    Arrays.setAll(sha256, i -> Sha256.newDigest());
    Arrays.fill(fragments, FragmentHash.ZERO);
  }

  /** Encodes and hashes what the memory holds. */
  Manifest.Segment encode() {
    if (IntStream.range(0, Layout.DATA_COLUMNS).allMatch(memory::isZero)) {
      // Nothing but zeros has parity of nothing but zeros.
      memory.clearParity();
      return new Manifest.Segment(SegmentHash.ZERO, ZERO_FRAGMENTS);
    }
    crew.run(1 + Layout.DATA_COLUMNS + SegmentMemory.STRIPES, this::dataTask);
    crew.run(Layout.PARITY_COLUMNS, task -> hashColumn(Layout.DATA_COLUMNS + task));
    return new Manifest.Segment(segment, List.of(fragments));
  }

  private void dataTask(int task) {
    if (task == 0) {
      segment = new SegmentHash(memory.hashSegment(sha256[0]));
    } else if (task <= Layout.DATA_COLUMNS) {
      hashColumn(task - 1);
    } else {
      memory.encode(task - 1 - Layout.DATA_COLUMNS, encoder);
    }
  }

  private void hashColumn(int column) {
    fragments[column] =
        memory.isZero(column)
            ? FragmentHash.ZERO
            : new FragmentHash(memory.hash(column, sha256[1 + column]));
  }
}
