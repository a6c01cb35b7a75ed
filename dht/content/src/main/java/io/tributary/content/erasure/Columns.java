package io.tributary.content.erasure;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of the twelve columns of a segment.
 *
 * @param mask bit {@code c} is set when column {@code c} is in the set
 */
public record Columns(int mask) {
  private static final int FULL_MASK = (1 << ErasureCode.COLUMNS) - 1;

  /** No column. */
  public static final Columns NONE = new Columns(0);

  /** The columns that hold the segment itself, 0 to 3. */
  public static final Columns DATA = new Columns((1 << ErasureCode.DATA_COLUMNS) - 1);

  /** All twelve columns. */
  public static final Columns ALL = new Columns(FULL_MASK);

  /** The columns computed from the data columns, 4 to 11. */
  public static final Columns PARITY = new Columns(FULL_MASK & ~DATA.mask);

  /**
   * Checks the bits.
   *
   * @throws ErasureException if a bit above 11 is set
   */
  public Columns {
    if ((mask & ~FULL_MASK) != 0) {
      throw new ErasureException(
          ErasureException.Reason.NO_SUCH_COLUMN,
          "columns are 0 to 11, the mask is 0x" + Integer.toHexString(mask));
    }
  }

  /**
   * Returns the set of these columns.
   *
   * @throws ErasureException if one is not 0 to 11
   */
  public static Columns of(int... columns) {
    int mask = 0;
    for (int column : columns) {
      mask |= bit(column);
    }
    return new Columns(mask);
  }

  /**
   * Tells whether a column is in the set.
   *
   * @throws ErasureException if the column is not 0 to 11
   */
  public boolean contains(int column) {
    return (mask & bit(column)) != 0;
  }

  /** Returns how many columns are in the set. */
  public int count() {
    return Integer.bitCount(mask);
  }

  /** Returns the columns that are in this set, in the other, or in both. */
  public Columns with(Columns other) {
    return new Columns(mask | other.mask);
  }

  /** Returns the columns that are in this set and not in the other. */
  public Columns without(Columns other) {
    return new Columns(mask & ~other.mask);
  }

  /** Returns the columns in ascending order. */
  public IntStream stream() {
    return IntStream.range(0, ErasureCode.COLUMNS).filter(c -> (mask >> c & 1) != 0);
  }

  /** Returns the columns in ascending order, as {@code {0, 2, 7}}. */
  @Override
  public String toString() {
    return stream().mapToObj(Integer::toString).collect(Collectors.joining(", ", "{", "}"));
  }

  private static int bit(int column) {
    if (column < 0 || column >= ErasureCode.COLUMNS) {
      throw new ErasureException(
          ErasureException.Reason.NO_SUCH_COLUMN, "columns are 0 to 11, this is " + column);
    }
    return 1 << column;
  }
}
