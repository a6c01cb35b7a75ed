package io.tributary.content.erasure;

/**
 * The weights that make a column out of four others.
 *
 * <p>Byte {@code i} of the twelve columns are the values, at the points 0 to 11, of one polynomial
 * of degree 3. Four values fix it, and its value at a fifth point {@code w} is the sum of the four,
 * each times its Lagrange weight
 *
 * <pre>{@code
 *            w - s(j)
 * c(k) = Π  -----------     over the other three sources j;  minus is plus here
 *       j≠k s(k) - s(j)
 * }</pre>
 *
 * <p>The weights of one column add up to 1, since the polynomial may be constant. So three of them
 * tell the fourth, and with {@code y(0)} the first source:
 *
 * <pre>{@code
 * column w = y(0) + c(1)·(y(1)+y(0)) + c(2)·(y(2)+y(0)) + c(3)·(y(3)+y(0))
 * }</pre>
 */
final class Interpolation {
  /** The weights that matter: all but the first. */
  static final int WEIGHTS = ErasureCode.DATA_COLUMNS - 1;

  private Interpolation() {}

  /**
   * Returns {@code c(1)}, {@code c(2)} and {@code c(3)} for a column, {@code c(1)} in the lowest
   * byte.
   *
   * @param sources bit {@code c} for each of the four source columns, taken in ascending order
   * @param wanted a column that is not a source
   */
  static int weights(int sources, int wanted) {
    int packed = 0;
    int rest = sources & (sources - 1);
    for (int k = 0; k < WEIGHTS; k++) {
      packed |= weight(sources, Integer.numberOfTrailingZeros(rest), wanted) << (8 * k);
      rest &= rest - 1;
    }
    return packed;
  }

  /** Returns one of three weights packed by {@link #weights}; {@code k} is 0 for {@code c(1)}. */
  static int unpack(int packed, int k) {
    return packed >>> (8 * k) & 0xff;
  }

  private static int weight(int sources, int source, int wanted) {
    int above = 1;
    int below = 1;
    for (int others = sources & ~(1 << source); others != 0; others &= others - 1) {
      int other = Integer.numberOfTrailingZeros(others);
      above = Field.product(above, wanted ^ other);
      below = Field.product(below, source ^ other);
    }
    return Field.quotient(above, below);
  }
}
