package io.tributary.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The memory of one segment: 32 MiB of data and 64 MiB of parity, used for one segment after the
 * other.
 *
 * <p>It lies on the heap because the JDK hashes arrays in place, but copies everything else into
 * arrays first.
 *
 * <p>For encoding, the columns are cut into {@link #STRIPES} stripes that can be worked on
 * independently:
 *
 * <pre>{@code
 *            stripe 0   1   2   ...   7
 * column  0  [ 1 MiB |   |   |      |   ]  data
 *   ...
 * column 11  [       |   |   |      |   ]  parity
 * }</pre>
 */
final class SegmentMemory {
  /** The stripes of a column; enough to keep a few threads evenly busy. */
  static final int STRIPES = 8;

  private static final int STRIPE_BYTES = Layout.FRAGMENT_BYTES / STRIPES;

  private final byte[] data = new byte[Layout.SEGMENT_BYTES];
  private final byte[] parity = new byte[Layout.PARITY_COLUMNS * Layout.FRAGMENT_BYTES];
  private final ByteBuffer[][] dataStripes = stripes(data, Layout.DATA_COLUMNS);
  private final ByteBuffer[][] parityStripes = stripes(parity, Layout.PARITY_COLUMNS);

  private volatile boolean encoded;

  private static ByteBuffer[][] stripes(byte[] array, int columns) {
    ByteBuffer[][] stripes = new ByteBuffer[STRIPES][columns];
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      for (int column = 0; column < columns; column++) {
        int offset = column * Layout.FRAGMENT_BYTES + stripe * STRIPE_BYTES;
        stripes[stripe][column] = ByteBuffer.wrap(array, offset, STRIPE_BYTES).slice();
      }
    }
    return stripes;
  }

  /** Returns the data of the segment as a buffer to fill. */
  ByteBuffer data() {
    return ByteBuffer.wrap(data);
  }

  /** Zeroes the data from a position to the end of the segment. */
  void padFrom(int contentBytes) {
    Arrays.fill(data, contentBytes, data.length, (byte) 0);
  }

  /** Zeroes all parity, unless nothing was encoded since it was done last. */
  void clearParity() {
    if (encoded) {
      Arrays.fill(parity, (byte) 0);
      encoded = false;
    }
  }

  /** Computes one stripe of all parity columns; different stripes may be done at once. */
  void encode(int stripe, ParityEncoder encoder) {
    encoded = true;
    for (ByteBuffer column : dataStripes[stripe]) {
      column.clear();
    }
    for (ByteBuffer column : parityStripes[stripe]) {
      column.clear();
    }
    encoder.encode(dataStripes[stripe], parityStripes[stripe]);
  }

  /** Tells whether a column holds only zeros; returns at the first byte that is not. */
  boolean isZero(int column) {
    byte[] array = array(column);
    int start = offset(column);
    int end = start + Layout.FRAGMENT_BYTES;
    // All bytes are zero if the first is and each equals its neighbour, which the JDK compares by
    // the vector.
    return array[start] == 0 && Arrays.equals(array, start, end - 1, array, start + 1, end);
  }

  Digest hash(int column, MessageDigest sha256) {
    sha256.update(array(column), offset(column), Layout.FRAGMENT_BYTES);
    return Digest.of(sha256.digest());
  }

  Digest hashSegment(MessageDigest sha256) {
    sha256.update(data);
    return Digest.of(sha256.digest());
  }

  ByteBuffer view(int column) {
    return ByteBuffer.wrap(array(column), offset(column), Layout.FRAGMENT_BYTES)
        .slice()
        .asReadOnlyBuffer();
  }

  private byte[] array(int column) {
    return column < Layout.DATA_COLUMNS ? data : parity;
  }

  private static int offset(int column) {
    int place = column < Layout.DATA_COLUMNS ? column : column - Layout.DATA_COLUMNS;
    return place * Layout.FRAGMENT_BYTES;
  }
}
