package io.tributary.content.erasure;

import io.tributary.content.erasure.ErasureException.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The Reed-Solomon code of CESS, 4 + 8 over GF(2⁸) modulo 0x11d: any four columns of a segment make
 * the other eight.
 *
 * <p>The bytes are those of CESS's own encoder. Byte {@code i} of a column depends only on byte
 * {@code i} of others, so both methods work on whole columns and on any range of them alike: a
 * range of one column is made from the same range of four others.
 *
 * <p>A buffer stands for the bytes from its position to its limit. Heap and direct buffers may be
 * mixed, positions and limits stay as they are, and nothing is allocated per call (once per thread,
 * a workspace of some tens of KiB is). The code cannot tell that a source holds wrong bytes: check
 * hashes first.
 *
 * <p>A code has no state that its user could see but the engine, and may be used by many threads at
 * once.
 */
public final class ErasureCode {
  /*
   * How the code works
   * ==================
   *
   * The field. A byte is a polynomial over the bits modulo x⁸+x⁴+x³+x²+1. Plus and minus are
   * exclusive or; to double is to shift left and, when a bit falls out, to add 0x1d.
   *
   * The matrix. CESS takes the 12 x 4 Vandermonde matrix V[r][c] = r^c and makes it systematic by
   * the inverse of its upper square. Seen otherwise: the four data bytes are the values of a
   * polynomial of degree 3 at the points 0 to 3, and column r holds its value at r. So a row of the
   * matrix is the Lagrange basis at r (see Interpolation), and no matrix need ever be inverted.
   *
   * The symmetry. The points 0 to 3 are closed under exclusive or, and so are 4 to 7 and 8 to 11
   * up to a shift. Each block of four parity rows is therefore fixed by its first row (a b c d):
   *
   *     a b c d
   *     b a d c        entry [r][c] depends on r xor c alone
   *     c d a b
   *     d c b a
   *
   * That is multiplication in the group algebra of the Klein four-group {1, s, t, st}: the data are
   * x = x0 + x1 s + x2 t + x3 st, the parity of a block is x times a + b s + c t + d st. In
   * characteristic 2, u = 1+s and v = 1+t have u² = v² = 0, and in the basis 1, u, v, uv
   *
   *     x      =  X + U u + V v + x3 uv,    X = x0+x1+x2+x3,  U = x1+x3,  V = x2+x3
   *     block  =  1 + β u + γ v + d uv,     since weights add up to 1;  β = b+d,  γ = c+d
   *     parity =  X + (U+βX) u + (V+γX) v + (x3 + βV + γU + dX) uv
   *
   * Five products by constants in place of sixteen, all on X, U and V, which both blocks share. Four
   * additions lead back: y3 = (uv part), y1 = (u part) + y3, y2 = (v part) + y3,
   * y0 = X + (u part) + y2. The constants (β, γ, d) are
   *
   *     columns 4 to 7:    8 = 2³          6 = 2²+2           20 = 2⁴+2²
   *     columns 8 to 11:  48 = 2⁵+2⁴      28 = 2⁴+2³+2²      216 = 2⁷+2⁶+2⁴+2³
   *
   * so the products are sums of doublings, and Horner's rule lets the uv parts share theirs: for
   * columns 4 to 7 it is x3 + 2(U + 2((X+U) + 2(V + 2X))). A doubling is four vector instructions on
   * bytes, or seven on longs; no tables, and no shuffles whose cost varies with the processor.
   *
   * Restoring. The weights are known only at run time. As they add up to 1, a column is the first
   * source plus three weighted differences. PlainStrip goes through the bits of the weights by
   * Horner's rule and adds, at each bit, one of the eight sums of differences. SimdStrip splits a
   * byte into nibbles, and a weight times a nibble is one lookup in a table of 16 bytes, which a
   * byte shuffle does for a whole vector at once.
   */

  /** The columns that hold the segment itself. */
  public static final int DATA_COLUMNS = 4;

  /** The columns computed from the data columns. */
  public static final int PARITY_COLUMNS = 8;

  /** All columns. */
  public static final int COLUMNS = DATA_COLUMNS + PARITY_COLUMNS;

  /** What may stand in an array of columns for one that is neither present nor wanted. */
  public static final ByteBuffer ABSENT = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** From this many parity columns on, computing all eight is cheaper than one at a time. */
  private static final int ENCODE_ALL_FROM = 3;

  /** How the arithmetic is done; the bytes are the same. */
  public enum Engine {
    /** Plain Java, which the JIT vectorises. Always there. */
    PLAIN,
    /** The Vector API. There when the JVM runs with {@code --add-modules jdk.incubator.vector}. */
    SIMD;

    /** Returns why this JVM lacks the engine and what would help, or nothing if it has it. */
    public Optional<String> obstacle() {
      return this == PLAIN ? Optional.empty() : VectorEngine.OBSTACLE;
    }
  }

  /** How long {@link #best(Executor)} waits for the SIMD engine to become the faster one. */
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);

  private static final ErasureCode PLAIN = new ErasureCode(Engine.PLAIN, new PlainStrip());

  private static final Optional<ErasureCode> SIMD =
      VectorEngine.PROTOTYPE.map(strip -> new ErasureCode(Engine.SIMD, strip));

  private volatile Arithmetic arithmetic;

  private ErasureCode(Engine engine, Strip strip) {
    this.arithmetic = new Arithmetic(engine, strip);
  }

  /**
   * Returns the code on the engine that is fastest in the long run.
   *
   * <p>The SIMD engine is very slow in a fresh JVM, for the first segment or so. Where the first
   * answer matters take {@link #best(Executor)}.
   */
  public static ErasureCode best() {
    return SIMD.orElse(PLAIN);
  }

  /**
   * Returns the code on the plain engine, to change to the SIMD engine once that is faster.
   *
   * <p>If this JVM has the SIMD engine, it is warmed up on the executor: one task of a second or
   * two of computing, at most ten, which stops when interrupted. If it does not become faster, the
   * code stays on the plain engine. Call this once per process.
   */
  public static ErasureCode best(Executor warmUp) {
    ErasureCode code = new ErasureCode(Engine.PLAIN, new PlainStrip());
    VectorEngine.PROTOTYPE.ifPresent(strip -> warmUp.execute(() -> code.changeOver(strip)));
    return code;
  }

  /**
   * Returns the code on a certain engine.
   *
   * @throws UnsupportedOperationException if this JVM lacks it; the message says what would help
   */
  public static ErasureCode on(Engine engine) {
    return switch (engine) {
      case PLAIN -> PLAIN;
      case SIMD ->
          SIMD.orElseThrow(
              () -> new UnsupportedOperationException(engine.obstacle().orElse("no SIMD")));
    };
  }

  /** Returns the engine that does the arithmetic now. */
  public Engine engine() {
    return arithmetic.engine;
  }

  /**
   * Computes all parity columns.
   *
   * @param data columns 0 to 3
   * @param parity columns 4 to 11, which are overwritten
   * @throws ErasureException if there are not 4 and 8 buffers, if they differ in length, or if a
   *     parity buffer is read-only or overlaps another buffer, as far as this can be seen: direct
   *     buffers are recognised only when they are the same object
   */
  public void encode(ByteBuffer[] data, ByteBuffer[] parity) {
    checkCount("data columns", data, DATA_COLUMNS);
    checkCount("parity columns", parity, PARITY_COLUMNS);
    Workspace workspace = arithmetic.workspaces.get();
    try {
      for (int i = 0; i < DATA_COLUMNS; i++) {
        workspace.addSource(i, data[i]);
      }
      for (int i = 0; i < PARITY_COLUMNS; i++) {
        workspace.addTarget(DATA_COLUMNS + i, parity[i]);
      }
      workspace.check();
      workspace.encode();
    } finally {
      workspace.clear();
    }
  }

  /**
   * Computes the wanted columns, data or parity, from the present ones.
   *
   * <p>If more than four are present, those with the lowest numbers are used, so data columns come
   * before parity columns. With {@link Columns#DATA} present this encodes chosen parity columns.
   *
   * @param columns twelve buffers by column; those neither present nor wanted are not looked at,
   *     and {@link #ABSENT} may stand for them
   * @param present the columns whose buffers hold their bytes
   * @param wanted the columns whose buffers are overwritten
   * @throws ErasureException if there are not 12 buffers, if fewer than four columns are present,
   *     if a wanted column is present, if the buffers used differ in length, or if a wanted buffer
   *     is read-only or overlaps another one, as far as {@link #encode} can see it
   */
  public void reconstruct(ByteBuffer[] columns, Columns present, Columns wanted) {
    checkCount("columns", columns, COLUMNS);
    checkSets(present, wanted);
    Workspace workspace = arithmetic.workspaces.get();
    try {
      int sources = 0;
      for (int rest = present.mask(); workspace.sourceCount() < DATA_COLUMNS; rest &= rest - 1) {
        int column = Integer.numberOfTrailingZeros(rest);
        sources |= 1 << column;
        workspace.addSource(column, columns[column]);
      }
      for (int rest = wanted.mask(); rest != 0; rest &= rest - 1) {
        int column = Integer.numberOfTrailingZeros(rest);
        workspace.addTarget(column, columns[column]);
      }
      workspace.check();
      if (sources == Columns.DATA.mask() && workspace.targetCount() >= ENCODE_ALL_FROM) {
        workspace.encode();
      } else {
        workspace.combine(sources);
      }
    } finally {
      workspace.clear();
    }
  }

  @Override
  public String toString() {
    return "ErasureCode[" + engine() + "]";
  }

  private void changeOver(Strip strip) {
    if (new Race(new PlainStrip(), strip.fresh(), WARM_UP_LIMIT).isWonByChallenger()) {
      arithmetic = new Arithmetic(Engine.SIMD, strip);
    }
  }

  private static void checkCount(String what, ByteBuffer[] buffers, int expected) {
    if (buffers.length != expected) {
      throw new ErasureException(
          Reason.WRONG_ARRAY_LENGTH,
          expected + " " + what + " are needed, " + buffers.length + " were given");
    }
  }

  private static void checkSets(Columns present, Columns wanted) {
    if (present.count() < DATA_COLUMNS) {
      throw new ErasureException(
          Reason.TOO_FEW_PRESENT, DATA_COLUMNS + " columns are needed, present are " + present);
    }
    if ((present.mask() & wanted.mask()) != 0) {
      throw new ErasureException(
          Reason.PRESENT_AND_WANTED, "present are " + present + ", wanted are " + wanted);
    }
  }

  /** An engine and the workspaces that threads have on it. */
  private static final class Arithmetic {
    final Engine engine;
    final ThreadLocal<Workspace> workspaces;

    Arithmetic(Engine engine, Strip strip) {
      this.engine = engine;
      this.workspaces = ThreadLocal.withInitial(() -> new Workspace(strip.fresh()));
    }
  }
}
