package io.tributary.bench;

import io.tributary.content.Layout;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The erasure code on whole segments, and on the smallest range a reader asks for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "--add-modules=jdk.incubator.vector")
public class ErasureBenchmark {
  /** The bytes of a column that {@link #range} restores. */
  static final int RANGE_BYTES = 64 << 10;

  private static final Columns ONE_LOST_REST = Columns.of(0, 2, 3, 6);
  private static final Columns ONE_LOST = Columns.of(1);
  private static final Columns FOUR_LOST_REST = Columns.of(4, 6, 9, 11);

  /** The engine under test. */
  @Param({"PLAIN", "SIMD"})
  public ErasureCode.Engine engine = ErasureCode.Engine.PLAIN;

  /** Where the columns lie. */
  @Param({"HEAP", "DIRECT"})
  public Memory memory = Memory.HEAP;

  final ByteBuffer[] columns = new ByteBuffer[Layout.COLUMNS];
  private final ByteBuffer[] windows = new ByteBuffer[Layout.COLUMNS];
  private ErasureCode code = ErasureCode.best();
  private int rangeStart;

  /** Makes a random segment and its parity, so that reconstruction restores what is there. */
  @Setup
  public void fillColumns() {
    code = ErasureCode.on(engine);
    Arrays.setAll(columns, c -> memory.allocate(Layout.FRAGMENT_BYTES));
    SplittableRandom random = new SplittableRandom(1);
    byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
    for (int c = 0; c < Layout.DATA_COLUMNS; c++) {
      random.nextBytes(bytes);
      columns[c].put(0, bytes);
    }
    code.reconstruct(columns, Columns.DATA, Columns.PARITY);
    Arrays.setAll(windows, c -> columns[c].duplicate());
  }

  /** All eight parity columns of a segment. */
  @Benchmark
  public void encode() {
    code.reconstruct(columns, Columns.DATA, Columns.PARITY);
  }

  /** One data column, from three data columns and a parity column. */
  @Benchmark
  public void oneLost() {
    code.reconstruct(columns, ONE_LOST_REST, ONE_LOST);
  }

  /** All data columns, from parity columns of both blocks. */
  @Benchmark
  public void fourLost() {
    code.reconstruct(columns, FOUR_LOST_REST, Columns.DATA);
  }

  /** A short range of one data column, another one each time. */
  @Benchmark
  public void range() {
    for (ByteBuffer window : windows) {
      window.limit(rangeStart + RANGE_BYTES).position(rangeStart);
    }
    code.reconstruct(windows, ONE_LOST_REST, ONE_LOST);
    rangeStart = (rangeStart + RANGE_BYTES) % Layout.FRAGMENT_BYTES;
  }
}
