package io.tributary.content;

/**
 * A stretch of bytes of one fragment, and where it belongs in the stored bytes of the file.
 *
 * <p>Two slices of one file may name the same fragment: identical segments have identical
 * fragments, and a segment may hold the same 8 MiB twice. The fragment needs to be fetched once
 * only, but each slice has its own place.
 *
 * @param segment the segment, from 0
 * @param column the column of the fragment in the segment; a data column, 0 to 3
 * @param offset the first byte, counted within the fragment
 * @param length how many bytes, at most {@link Layout#FRAGMENT_BYTES}
 * @param fileOffset the position of the first byte in the stored bytes of the file, which for a
 *     file that is not encrypted is the position in the file
 */
public record ColumnSlice(int segment, int column, int offset, int length, long fileOffset) {
  /** Returns the position in the fragment after the last byte. */
  public int end() {
    return offset + length;
  }

  /** Returns the slice's place in the stored bytes of the file. */
  public ByteRange fileRange() {
    return new ByteRange(fileOffset, length);
  }

  /** Tells whether the slice is a whole fragment. */
  public boolean isWhole() {
    return length == Layout.FRAGMENT_BYTES;
  }

  /** Returns the name of the fragment. */
  public FragmentHash fragmentIn(Manifest manifest) {
    return manifest.fragment(segment, column);
  }

  /** Tells whether the bytes are zeros that the reader makes itself, asking nobody for them. */
  public boolean isSynthesisedIn(Manifest manifest) {
    return fragmentIn(manifest).isZero();
  }
}
