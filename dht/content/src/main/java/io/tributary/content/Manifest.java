package io.tributary.content;

import java.util.List;

/**
 * What a file is made of: its size and the hashes of its segments and fragments, which never
 * change.
 *
 * <p>Where the fragments lie, whether they can be had and who owns the file do change, and are kept
 * apart in {@link Placement} and {@link FileRecord}.
 *
 * @param fid the name of the file
 * @param sizeBytes the size of the file as the chain states it, without padding
 * @param segments the segments in file order
 */
public record Manifest(Fid fid, long sizeBytes, List<Segment> segments) {
  /**
   * Checks the counts and copies the list.
   *
   * @throws IllegalArgumentException if the number of segments does not follow from the size
   */
  public Manifest {
    segments = List.copyOf(segments);
    int expected = Layout.segmentCount(sizeBytes);
    if (segments.size() != expected) {
      throw new IllegalArgumentException(
          "a file of "
              + sizeBytes
              + " bytes has "
              + expected
              + " segments, the manifest lists "
              + segments.size());
    }
  }

  /**
   * One segment and its fragments.
   *
   * @param hash the hash of the padded segment
   * @param fragments the hashes of the fragments, by column
   */
  public record Segment(SegmentHash hash, List<FragmentHash> fragments) {
    /**
     * Checks the count and copies the list.
     *
     * @throws IllegalArgumentException if there is not one fragment per column
     */
    public Segment {
      fragments = List.copyOf(fragments);
      if (fragments.size() != Layout.COLUMNS) {
        throw new IllegalArgumentException(
            "a segment has " + Layout.COLUMNS + " fragments, this has " + fragments.size());
      }
    }

    /** Returns the hash of the fragment in a column, 0 to 11. */
    public FragmentHash fragment(int column) {
      return fragments.get(column);
    }
  }

  /** Returns the hashes of all segments, in file order. */
  public List<SegmentHash> segmentHashes() {
    return segments.stream().map(Segment::hash).toList();
  }

  /**
   * Tells whether the fid follows from the segment hashes by one of CESS's two rules.
   *
   * <p>The chain does not check this, so a manifest whose fid follows from neither is still the
   * chain's word about the file.
   */
  public boolean fidFollows() {
    return FidRule.matches(fid, segmentHashes());
  }
}
