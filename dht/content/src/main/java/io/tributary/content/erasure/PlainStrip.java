package io.tributary.content.erasure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * A strip in plain Java: rows of {@code long}, eight field elements in each, and two loops so small
 * that the JIT turns both into vector instructions.
 *
 * <p>The loops are {@code a + b} and {@code 2a + b}. All arithmetic is a list of {@link Step
 * steps}, and the steps are interpreted: written out as calls they would be inlined into one large
 * method, whose loops the JIT no longer unrolls.
 */
final class PlainStrip implements Strip {
  private static final long TOP_BITS = 0x8080_8080_8080_8080L;
  private static final long REDUCTIONS = Field.REDUCTION * 0x0101_0101_0101_0101L;

  // Rows past the results, for intermediate values.
  private static final int ZERO = RESULTS + ErasureCode.PARITY_COLUMNS;
  private static final int U = ZERO + 1;
  private static final int V = U + 1;
  private static final int X = V + 1;
  private static final int X2 = X + 1;
  private static final int X4 = X2 + 1;
  private static final int X8 = X4 + 1;
  private static final int X16 = X8 + 1;
  private static final int XU = X16 + 1;
  private static final int T = XU + 1;
  private static final int S = T + 1;
  private static final int ROWS = S + 1;

  /** Row {@code SUBSETS + m} is the sum of the differences in {@code m}, a mask from 1 to 7. */
  private static final int SUBSETS = ZERO;

  /** The parity of four data columns; {@link ErasureCode} explains the letters. */
  private static final Step[] ENCODE = {
    sum(U, 1, 3),
    sum(V, 2, 3),
    sum(X, 0, 2),
    sum(X, X, U),
    twice(X2, X),
    twice(X4, X2),
    twice(X8, X4),
    twice(X16, X8),
    sum(XU, X, U),
    sum(T, V, X2),
    // Columns 4 to 7, in the order: u part, v part, uv part, then back to columns.
    sum(5, U, X8),
    sum(6, T, X4),
    twicePlus(T, T, XU),
    twicePlus(T, T, U),
    twicePlus(7, T, 3),
    sum(4, X, 5),
    sum(5, 5, 7),
    sum(6, 6, 7),
    sum(4, 4, 6),
    // Columns 8 to 11 likewise.
    sum(T, U, X16),
    twicePlus(9, X16, T),
    sum(S, V, X4),
    sum(T, X8, X16),
    sum(10, S, T),
    sum(T, X, X2),
    sum(S, XU, V),
    twicePlus(T, T, V),
    twicePlus(T, T, S),
    twicePlus(T, T, XU),
    twicePlus(T, T, U),
    twice(T, T),
    twicePlus(11, T, 3),
    sum(8, X, 9),
    sum(9, 9, 11),
    sum(10, 10, 11),
    sum(8, 8, 10),
  };

  /** The sums of all subsets of the three differences between the sources. */
  private static final Step[] DIFFERENCES = {
    sum(SUBSETS + 0b001, 1, 0),
    sum(SUBSETS + 0b010, 2, 0),
    sum(SUBSETS + 0b100, 3, 0),
    sum(SUBSETS + 0b011, SUBSETS + 0b001, SUBSETS + 0b010),
    sum(SUBSETS + 0b101, SUBSETS + 0b001, SUBSETS + 0b100),
    sum(SUBSETS + 0b110, SUBSETS + 0b010, SUBSETS + 0b100),
    sum(SUBSETS + 0b111, SUBSETS + 0b011, SUBSETS + 0b100),
  };

  /**
   * One pass over rows.
   *
   * @param twice whether {@code a} is multiplied by 2 before {@code b} is added
   */
  private record Step(boolean twice, int target, int a, int b) {}

  private final long[][] rows = new long[ROWS][BYTES / Long.BYTES];
  private final int[] weights = new int[ErasureCode.PARITY_COLUMNS];

  /** Buffers give bytes and rows take longs; the bytes pass through here, seen both ways. */
  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());

  private final LongBuffer longs = bytes.asLongBuffer();

  @Override
  public Strip fresh() {
    return new PlainStrip();
  }

  @Override
  public void read(int row, ByteBuffer from, int at, int length) {
    bytes.put(0, from, at, length);
    longs.get(0, rows[row], 0, words(length));
  }

  @Override
  public void write(int row, ByteBuffer to, int at, int length) {
    longs.put(0, rows[row], 0, words(length));
    to.put(at, bytes, 0, length);
  }

  @Override
  public void encode(int length) {
    run(ENCODE, words(length));
  }

  @Override
  public void prepare(int slot, int packedWeights) {
    weights[slot] = packedWeights;
  }

  @Override
  public void combine(int slots, int length) {
    int words = words(length);
    run(DIFFERENCES, words);
    for (int slot = 0; slot < slots; slot++) {
      combineOne(weights[slot], rows[RESULTS + slot], words);
    }
  }

  /** Horner's rule, bit by bit: at each bit, one sum covers all weights that have it. */
  private void combineOne(int packedWeights, long[] result, int words) {
    long[] value = rows[SUBSETS + subset(packedWeights, 7)];
    for (int bit = 6; bit >= 0; bit--) {
      long[] addend = rows[SUBSETS + subset(packedWeights, bit)];
      twicePlus(result, value, addend, words);
      value = result;
    }
    sum(result, result, rows[0], words);
  }

  private static int subset(int packedWeights, int bit) {
    int subset = 0;
    for (int k = 0; k < Interpolation.WEIGHTS; k++) {
      subset |= (Interpolation.unpack(packedWeights, k) >> bit & 1) << k;
    }
    return subset;
  }

  private void run(Step[] steps, int words) {
    for (Step step : steps) {
      long[] target = rows[step.target];
      long[] a = rows[step.a];
      long[] b = rows[step.b];
      if (step.twice) {
        twicePlus(target, a, b, words);
      } else {
        sum(target, a, b, words);
      }
    }
  }

  private static void sum(long[] target, long[] a, long[] b, int words) {
    for (int i = 0; i < words; i++) {
      target[i] = a[i] ^ b[i];
    }
  }

  /** Doubles eight bytes at once: a top bit shifted out of a byte comes back as the reduction. */
  private static void twicePlus(long[] target, long[] a, long[] b, int words) {
    for (int i = 0; i < words; i++) {
      long top = a[i] & TOP_BITS;
      long reductions = (top - (top >>> 7)) & REDUCTIONS;
      target[i] = ((a[i] ^ top) << 1) ^ reductions ^ b[i];
    }
  }

  private static Step sum(int target, int a, int b) {
    return new Step(false, target, a, b);
  }

  private static Step twice(int target, int a) {
    return new Step(true, target, a, ZERO);
  }

  private static Step twicePlus(int target, int a, int b) {
    return new Step(true, target, a, b);
  }

  private static int words(int length) {
    return (length + Long.BYTES - 1) / Long.BYTES;
  }
}
