package io.tributary.content;

import java.util.List;

/**
 * What a file is made of: its size and the hashes of its segments and fragments, which never
 * change.
 *
 * <p>Where the fragments lie, whether they can be had and who owns the file do change, and are kept
 * apart in {@link Placement} and {@link FileRecord}.
 *
 * <p>The size is the one the chain states. For a file encrypted by DeOSS it is smaller than what
 * the segments hold, and nothing tells such a file from another: see {@link StoredForm}.
 *
 * @param fid the name of the file
 * @param sizeBytes the size of the file as the chain states it, without padding
 * @param segments the segments in file order; at most {@link Layout#MAX_SEGMENTS}
 */
public record Manifest(Fid fid, long sizeBytes, List<Segment> segments) {
  /**
   * Checks the counts and copies the list.
   *
   * @throws IllegalArgumentException if the number of segments follows from the size in no {@link
   *     StoredForm}
   */
  public Manifest {
    segments = List.copyOf(segments);
    int count = segments.size();
    if (!StoredForm.PLAIN.allows(sizeBytes, count)
        && !StoredForm.DEOSS_CBC.allows(sizeBytes, count)) {
      throw new IllegalArgumentException(
          "a file of " + sizeBytes + " bytes cannot have " + count + " segments");
    }
  }

  /**
   * Makes the manifest of a file that is named by one of CESS's rules.
   *
   * @throws IllegalArgumentException if the number of segments does not follow from the size
   */
  public static Manifest of(FidRule rule, long sizeBytes, List<Segment> segments) {
    return new Manifest(
        rule.fid(segments.stream().map(Segment::hash).toList()), sizeBytes, segments);
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

  /** Returns the name of one fragment of the file. */
  public FragmentHash fragment(int segment, int column) {
    return segments.get(segment).fragment(column);
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

  /** Computes the fid by one of CESS's rules, whatever {@link #fid} says. */
  public Fid fidBy(FidRule rule) {
    return rule.fid(segmentHashes());
  }

  /** Returns the manifest of the same segments under the name that a rule gives them. */
  public Manifest namedBy(FidRule rule) {
    return new Manifest(fidBy(rule), sizeBytes, segments);
  }

  /**
   * Returns the manifest of the same segments with another size, as a file that DeOSS encrypts
   * needs it, whose size is that of the plain file.
   *
   * @throws IllegalArgumentException if the number of segments does not follow from the size
   */
  public Manifest withSizeBytes(long newSizeBytes) {
    return new Manifest(fid, newSizeBytes, segments);
  }

  /** Tells whether the file can have this form, judging by its size and its segments. */
  public boolean fits(StoredForm form) {
    return form.allows(sizeBytes, segments.size());
  }

  /**
   * Returns how many bytes the file takes in its segments, without the padding of the last, if it
   * has the given form: the size to plan ranges with.
   *
   * @throws IllegalArgumentException if it cannot have this form, see {@link #fits}
   */
  public long storedBytes(StoredForm form) {
    if (!fits(form)) {
      throw new IllegalArgumentException(
          "a file of "
              + sizeBytes
              + " bytes and "
              + segments.size()
              + " segments does not have the form "
              + form);
    }
    return form.storedBytes(form.plainBytes(sizeBytes));
  }
}
