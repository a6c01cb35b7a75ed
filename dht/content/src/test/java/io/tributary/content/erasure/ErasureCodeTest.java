package io.tributary.content.erasure;

import static io.tributary.content.erasure.ErasureCode.COLUMNS;
import static io.tributary.content.erasure.ErasureCode.DATA_COLUMNS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.erasure.ErasureCode.Engine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines, in every kind of memory, against the {@link Oracle}. */
final class ErasureCodeTest {
  private static final Oracle ORACLE = new Oracle(DATA_COLUMNS, ErasureCode.PARITY_COLUMNS);
  private static final long SEED = 0x7219_b87a_0455_11edL;

  static Stream<Arguments> enginesAndMemories() {
    return Stream.of(Engine.values())
        .flatMap(engine -> Stream.of(Memory.values()).map(memory -> Arguments.of(engine, memory)));
  }

  @ParameterizedTest
  @MethodSource("enginesAndMemories")
  void fourColumns_anyOf495Subsets_restoreAllTwelve(Engine engine, Memory memory) {
    SplittableRandom random = new SplittableRandom(SEED);
    int subsets = 0;
    for (int mask = 0; mask < 1 << COLUMNS; mask++) {
      if (Integer.bitCount(mask) == DATA_COLUMNS) {
        Columns present = new Columns(mask);
        checkReconstruct(engine, memory, present, Columns.ALL.without(present), 97, random);
        subsets++;
      }
    }
    assertThat(subsets).isEqualTo(495);
  }

  @ParameterizedTest
  @MethodSource("enginesAndMemories")
  void lengths_oddAndUnaligned_areExact(Engine engine, Memory memory) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int length = 0; length <= 200; length++) {
      checkReconstruct(engine, memory, Columns.DATA, Columns.PARITY, length, random);
      checkReconstruct(engine, memory, subset(4, Columns.ALL, random), length, random);
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndMemories")
  void lengths_aroundTheStrip_areExact(Engine engine, Memory memory) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int strips = 1; strips <= 3; strips++) {
      for (int delta : new int[] {-65, -33, -17, -9, -1, 0, 1, 7, 31, 63, 500}) {
        int length = strips * Strip.BYTES + delta;
        checkReconstruct(engine, memory, Columns.DATA, Columns.PARITY, length, random);
        checkReconstruct(engine, memory, subset(4, Columns.ALL, random), length, random);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndMemories")
  void choices_ofPresentAndWanted_touchNothingElse(Engine engine, Memory memory) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 500; round++) {
      Columns present = subset(4 + random.nextInt(8), Columns.ALL, random);
      Columns rest = Columns.ALL.without(present);
      Columns wanted = subset(random.nextInt(rest.count() + 1), rest, random);
      checkReconstruct(engine, memory, present, wanted, 1 + random.nextInt(300), random);
    }
    for (int mask = 0; mask < 1 << COLUMNS; mask += 1 << DATA_COLUMNS) {
      checkReconstruct(engine, memory, Columns.DATA, new Columns(mask), 40, random);
    }
  }

  @ParameterizedTest
  @EnumSource
  void encode_isReconstructOfAllParity(Engine engine) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] columns = randomColumns(5000, random);
    ByteBuffer[] data = new ByteBuffer[DATA_COLUMNS];
    ByteBuffer[] parity = new ByteBuffer[ErasureCode.PARITY_COLUMNS];
    Arrays.setAll(data, c -> Memory.MIXED.hold(columns[c], random));
    Arrays.setAll(parity, p -> Memory.MIXED.hold(new byte[5000], random));

    ErasureCode.on(engine).encode(data, parity);

    for (int p = 0; p < parity.length; p++) {
      assertThat(Memory.bytes(parity[p])).isEqualTo(columns[DATA_COLUMNS + p]);
      assertThat(Memory.guardsIntact(parity[p])).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void range_ofOneColumn_needsOnlyThatRangeOfFourOthers(Engine engine) {
    SplittableRandom random = new SplittableRandom(SEED);
    int length = 20_000;
    byte[][] columns = randomColumns(length, random);
    for (int round = 0; round < 100; round++) {
      int from = random.nextInt(length);
      int to = from + 1 + random.nextInt(length - from);
      Columns present = subset(4, Columns.ALL, random);
      Columns wanted = subset(1, Columns.ALL.without(present), random);
      ByteBuffer[] buffers = new ByteBuffer[COLUMNS];
      for (int c = 0; c < COLUMNS; c++) {
        // Outside the range a source holds other bytes, so that using them would show.
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (present.contains(c)) {
          System.arraycopy(columns[c], from, bytes, from, to - from);
        }
        buffers[c] = ByteBuffer.wrap(bytes, from, to - from);
      }
      int column = wanted.stream().findFirst().orElseThrow();
      byte[] expected = buffers[column].array().clone();
      System.arraycopy(columns[column], from, expected, from, to - from);

      ErasureCode.on(engine).reconstruct(buffers, present, wanted);

      assertThat(buffers[column].array())
          .as("seed %x, round %d: %d to %d of %d", SEED, round, from, to, column)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sources_readOnly_areFine(Engine engine) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] columns = randomColumns(100, random);
    ByteBuffer[] buffers = new ByteBuffer[COLUMNS];
    Arrays.setAll(buffers, c -> ByteBuffer.wrap(columns[c]).asReadOnlyBuffer());
    buffers[2] = ByteBuffer.allocate(100);

    ErasureCode.on(engine).reconstruct(buffers, Columns.of(0, 1, 7, 9), Columns.of(2));

    assertThat(buffers[2].array()).isEqualTo(columns[2]);
  }

  @ParameterizedTest
  @EnumSource
  void targets_sideBySideInOneArray_areFine(Engine engine) {
    byte[][] columns = randomColumns(64, new SplittableRandom(SEED));
    ByteBuffer[] buffers = new ByteBuffer[COLUMNS];
    ByteBuffer segment = ByteBuffer.allocate(64 * COLUMNS);
    for (int c = 0; c < COLUMNS; c++) {
      buffers[c] = c % 2 == 0 ? segment.slice(64 * c, 64) : segment.duplicate();
      if (c % 2 == 1) {
        buffers[c].limit(64 * (c + 1)).position(64 * c);
      }
      if (c < DATA_COLUMNS) {
        segment.put(64 * c, columns[c]);
      }
    }

    ErasureCode.on(engine).reconstruct(buffers, Columns.DATA, Columns.PARITY);

    for (int c = 0; c < COLUMNS; c++) {
      assertThat(Memory.bytes(buffers[c])).isEqualTo(columns[c]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void threads_shareOneCode(Engine engine) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> rounds = new ArrayList<>();
      for (int task = 0; task < 16; task++) {
        long seed = SEED + task;
        rounds.add(
            executor.submit(
                () -> {
                  SplittableRandom random = new SplittableRandom(seed);
                  for (int round = 0; round < 50; round++) {
                    Columns present = subset(4, Columns.ALL, random);
                    checkReconstruct(engine, Memory.MIXED, present, 1500, random);
                  }
                }));
      }
      for (Future<?> round : rounds) {
        round.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("enginesAndMemories")
  void calls_allocateNothing(Engine engine, Memory memory) {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] columns = randomColumns(64 << 10, random);
    ByteBuffer[] all = new ByteBuffer[COLUMNS];
    Arrays.setAll(all, c -> memory.hold(columns[c], random));
    ByteBuffer[] data = Arrays.copyOf(all, DATA_COLUMNS);
    ByteBuffer[] parity = Arrays.copyOfRange(all, DATA_COLUMNS, COLUMNS);
    Columns oneLost = Columns.of(1);
    Columns fourLost = Columns.DATA;
    Columns rest = Columns.of(0, 2, 3, 8);
    ErasureCode code = ErasureCode.on(engine);
    Runnable calls =
        () -> {
          code.encode(data, parity);
          code.reconstruct(all, rest, oneLost);
          code.reconstruct(all, Columns.PARITY, fourLost);
        };
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();

    // The vectors are boxed until the JIT has compiled everything; that this ends is the point.
    long allocated = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 200 && allocated > 0; attempt++) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < 20; i++) {
        calls.run();
      }
      allocated = threads.getThreadAllocatedBytes(self) - before;
    }

    assertThat(allocated).isZero();
  }

  @Test
  void simd_isThereInTheseTests() {
    assertThat(Engine.SIMD.obstacle()).isEmpty();
    assertThat(ErasureCode.best()).isSameAs(ErasureCode.on(Engine.SIMD));
    assertThat(ErasureCode.best().engine()).isEqualTo(Engine.SIMD);
  }

  private static void checkReconstruct(
      Engine engine, Memory memory, Columns present, int length, SplittableRandom random) {
    checkReconstruct(engine, memory, present, Columns.ALL.without(present), length, random);
  }

  /** Reconstructs, and checks the wanted columns and that nothing else has changed. */
  private static void checkReconstruct(
      Engine engine,
      Memory memory,
      Columns present,
      Columns wanted,
      int length,
      SplittableRandom random) {
    byte[][] columns = randomColumns(length, random);
    ByteBuffer[] buffers = new ByteBuffer[COLUMNS];
    int[] positions = new int[COLUMNS];
    int[] limits = new int[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
      boolean used = present.contains(c) || wanted.contains(c);
      byte[] bytes = present.contains(c) ? columns[c] : new byte[length];
      buffers[c] = used ? memory.hold(bytes, random) : ErasureCode.ABSENT;
      positions[c] = buffers[c].position();
      limits[c] = buffers[c].limit();
    }

    ErasureCode.on(engine).reconstruct(buffers, present, wanted);

    for (int c = 0; c < COLUMNS; c++) {
      String what =
          "column %d of %d bytes, %s from %s in %s by %s, seed %x"
              .formatted(c, length, wanted, present, memory, engine, SEED);
      assertThat(buffers[c].position()).as(what).isEqualTo(positions[c]);
      assertThat(buffers[c].limit()).as(what).isEqualTo(limits[c]);
      if (present.contains(c) || wanted.contains(c)) {
        assertThat(Memory.bytes(buffers[c])).as(what).isEqualTo(columns[c]);
        assertThat(Memory.guardsIntact(buffers[c])).as(what).isTrue();
      }
    }
  }

  private static byte[][] randomColumns(int length, SplittableRandom random) {
    byte[][] data = new byte[DATA_COLUMNS][length];
    for (byte[] column : data) {
      random.nextBytes(column);
    }
    return ORACLE.encode(data);
  }

  private static Columns subset(int count, Columns of, SplittableRandom random) {
    Columns subset = Columns.NONE;
    while (subset.count() < count) {
      int column = random.nextInt(COLUMNS);
      if (of.contains(column)) {
        subset = subset.with(Columns.of(column));
      }
    }
    return subset;
  }
}
