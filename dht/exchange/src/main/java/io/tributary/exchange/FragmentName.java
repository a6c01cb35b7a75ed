package io.tributary.exchange;

import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;

/**
 * A fragment and its place: membership in the file is checked before a cache fills anything.
 *
 * @param fid the file
 * @param segment which segment of the file, from 0
 * @param column which fragment of the segment, 0 to 11
 * @param hash of the fragment's bytes
 */
public record FragmentName(Fid fid, int segment, int column, FragmentHash hash) {
  /**
   * Checks the place.
   *
   * @throws MalformedExchangeException if no file has it
   */
  public FragmentName {
    if (segment < 0 || segment >= Layout.MAX_SEGMENTS) {
      throw new MalformedExchangeException("segment " + segment + " is out of range");
    }
    if (column < 0 || column >= Layout.COLUMNS) {
      throw new MalformedExchangeException("column " + column + " is out of range");
    }
  }

  /** Returns {@code fid/segment/column}. */
  @Override
  public String toString() {
    return fid + "/" + segment + "/" + column;
  }
}
