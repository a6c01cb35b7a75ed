package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangePlanTest {
  private static final int FRAGMENT = Layout.FRAGMENT_BYTES;
  private static final int SEGMENT = Layout.SEGMENT_BYTES;

  @Test
  void oneByte_isOneSlice() {
    assertThat(new RangePlan(1, new ByteRange(0, 1)).slices())
        .containsExactly(new ColumnSlice(0, 0, 0, 1, 0));
  }

  @Test
  void bytesAroundASegmentsEnd_areInColumn3AndColumn0() {
    RangePlan plan = new RangePlan(2L * SEGMENT, ByteRange.between(SEGMENT - 1, SEGMENT + 2));
    assertThat(plan.slices())
        .containsExactly(
            new ColumnSlice(0, 3, FRAGMENT - 1, 1, SEGMENT - 1),
            new ColumnSlice(1, 0, 0, 2, SEGMENT));
    assertThat(plan.firstSegment()).isZero();
    assertThat(plan.lastSegment()).isEqualTo(1);
  }

  @Test
  void rangeEndingAtASegmentsEnd_doesNotTouchTheNext() {
    RangePlan plan = new RangePlan(2L * SEGMENT, new ByteRange(0, SEGMENT));
    assertThat(plan.lastSegment()).isZero();
    assertThat(plan.slices()).hasSize(4).allMatch(ColumnSlice::isWhole);
  }

  @Test
  void lastSegment_isPlannedWithoutItsPadding() {
    long fileBytes = SEGMENT + FRAGMENT + 7L;
    assertThat(RangePlan.whole(fileBytes).slicesOf(1))
        .containsExactly(
            new ColumnSlice(1, 0, 0, FRAGMENT, SEGMENT),
            new ColumnSlice(1, 1, 0, 7, SEGMENT + FRAGMENT));
  }

  @Test
  void emptyFileAndRangeBeyondTheFile_areRefused() {
    ByteRange one = new ByteRange(0, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new RangePlan(0, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RangePlan(Layout.MAX_FILE_BYTES + 1, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RangePlan(10, new ByteRange(10, 1)))
        .withMessage("the range ends at byte 11, the file has 10");
    assertThatIllegalArgumentException().isThrownBy(() -> RangePlan.whole(SEGMENT).slicesOf(1));
    assertThatIllegalArgumentException().isThrownBy(() -> RangePlan.whole(SEGMENT).slicesOf(-1));
  }

  @Test
  void largestFile_isPlannedWithoutAListOfSlices() {
    RangePlan plan = RangePlan.whole(Layout.MAX_FILE_BYTES);
    List<ColumnSlice> slices = plan.slices();
    assertThat(slices).hasSize(4000);
    assertThat(slices.get(3999))
        .isEqualTo(new ColumnSlice(999, 3, 0, FRAGMENT, Layout.MAX_FILE_BYTES - FRAGMENT));
    assertThat(slices.get(3999)).isNotSameAs(slices.get(3999));
    assertThat(plan.slicesOf(999)).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomRanges_mapEveryByteOnce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      long fileBytes = Math.max(1, nearBorder(random, Layout.MAX_FILE_BYTES));
      long start = Math.min(fileBytes - 1, nearBorder(random, fileBytes));
      long end = Math.max(start + 1, Math.min(fileBytes, nearBorder(random, fileBytes)));
      RangePlan plan = new RangePlan(fileBytes, ByteRange.between(start, end));
      String at = "seed " + seed + ", round " + round + ": " + plan;

      long expected = start;
      List<ColumnSlice> bySegment = new ArrayList<>();
      for (int segment = plan.firstSegment(); segment <= plan.lastSegment(); segment++) {
        bySegment.addAll(plan.slicesOf(segment));
      }
      assertThat(bySegment).as(at).isEqualTo(plan.slices());
      for (ColumnSlice slice : bySegment) {
        assertThat(slice.fileRange().offset()).as(at).isEqualTo(expected);
        assertThat(slice.end()).as(at).isLessThanOrEqualTo(FRAGMENT);
        assertThat(slice.length()).as(at).isPositive();
        // The oracle: where a byte lies follows from its position alone.
        for (long position :
            new long[] {
              expected, expected + random.nextInt(slice.length()), slice.fileRange().end() - 1
            }) {
          assertThat(slice.segment()).as(at).isEqualTo((int) (position >> 25));
          assertThat(slice.column()).as(at).isEqualTo((int) (position >> 23 & 3));
          assertThat(slice.offset() + position - expected)
              .as(at)
              .isEqualTo(position & (FRAGMENT - 1));
        }
        expected += slice.length();
      }
      assertThat(expected).as(at).isEqualTo(end);
    }
  }

  private static long nearBorder(SplittableRandom random, long max) {
    long position = random.nextLong(max + 1);
    return switch (random.nextInt(4)) {
      case 0 -> position;
      case 1 -> Math.min(max, position / SEGMENT * SEGMENT + random.nextInt(3));
      case 2 -> Math.min(max, position / FRAGMENT * FRAGMENT + random.nextInt(3));
      default -> max - Math.min(max, random.nextInt(3));
    };
  }

  @Test
  void zeroFragments_areMarkedAsSynthesised() {
    Manifest manifest = Files.manifest(SEGMENT + 1L, Files.segment(1, 12), Files.segment(2, 1));
    List<ColumnSlice> first = RangePlan.whole(manifest.sizeBytes()).slicesOf(0);
    assertThat(first).noneMatch(slice -> slice.isSynthesisedIn(manifest));

    ColumnSlice zero = new ColumnSlice(1, 1, 0, 1, SEGMENT + FRAGMENT);
    assertThat(zero.isSynthesisedIn(manifest)).isTrue();
    assertThat(zero.fragmentIn(manifest)).isEqualTo(FragmentHash.ZERO);
  }

  @Test
  void identicalSegments_haveSlicesOfTheirOwnWithTheSameFragments() {
    Manifest manifest = Files.manifest(2L * SEGMENT, Files.segment(1, 12), Files.segment(1, 12));
    RangePlan plan = RangePlan.whole(manifest.sizeBytes());
    assertThat(plan.slices()).hasSize(8).doesNotHaveDuplicates();
    assertThat(plan.slicesOf(0).stream().map(slice -> slice.fragmentIn(manifest)).toList())
        .isEqualTo(plan.slicesOf(1).stream().map(slice -> slice.fragmentIn(manifest)).toList());
  }
}
