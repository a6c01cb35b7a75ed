package io.tributary.origin.deoss;

import io.tributary.content.Digest;
import io.tributary.content.Manifest;
import java.util.List;

/** Knows which segment is right. */
@FunctionalInterface
public interface SegmentCheck {
  /**
   * Tells whether a segment is right.
   *
   * @param segment its number in the file, from 0
   * @param sha256 the hash of its 32 MiB, padding included
   */
  boolean accepts(int segment, Digest sha256);

  /** Returns the check that a file's bytes are those its manifest names. */
  static SegmentCheck of(Manifest manifest) {
    List<Digest> expected = manifest.segments().stream().map(s -> s.hash().digest()).toList();
    return (segment, sha256) -> expected.get(segment).equals(sha256);
  }
}
