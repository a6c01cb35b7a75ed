package io.tributary.content.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.erasure.ErasureException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests the erasure code cannot fulfil: each is refused by its reason, before any write. */
final class ErasureRefusalTest {
  private final ErasureCode code = ErasureCode.best();
  private final ByteBuffer[] columns = new ByteBuffer[ErasureCode.COLUMNS];

  @BeforeEach
  void fillColumns() {
    Arrays.setAll(columns, c -> ByteBuffer.allocate(16).put(0, (byte) (c + 1)));
  }

  @Test
  void threePresent_areRefused() {
    assertRefused(
        Reason.TOO_FEW_PRESENT,
        () -> code.reconstruct(columns, Columns.of(0, 1, 2), Columns.of(3)));
  }

  @Test
  void columnPresentAndWanted_isRefused() {
    assertRefused(
        Reason.PRESENT_AND_WANTED, () -> code.reconstruct(columns, Columns.DATA, Columns.of(3, 4)));
  }

  @Test
  void columnNumberOutOfRange_isRefused() {
    assertRefused(Reason.NO_SUCH_COLUMN, () -> Columns.of(0, 12));
    assertRefused(Reason.NO_SUCH_COLUMN, () -> Columns.of(-1));
    assertRefused(Reason.NO_SUCH_COLUMN, () -> new Columns(1 << 12));
    assertRefused(Reason.NO_SUCH_COLUMN, () -> new Columns(-1));
    assertRefused(Reason.NO_SUCH_COLUMN, () -> Columns.ALL.contains(32));
  }

  @Test
  void arraysOfWrongLength_areRefused() {
    ByteBuffer[] four = Arrays.copyOf(columns, 4);
    ByteBuffer[] eight = Arrays.copyOfRange(columns, 4, 12);
    assertRefused(
        Reason.WRONG_ARRAY_LENGTH, () -> code.reconstruct(four, Columns.DATA, Columns.NONE));
    assertRefused(Reason.WRONG_ARRAY_LENGTH, () -> code.encode(eight, eight));
    assertRefused(Reason.WRONG_ARRAY_LENGTH, () -> code.encode(four, four));
  }

  @Test
  void sourceOfOtherLength_isRefused() {
    columns[2] = ByteBuffer.allocate(15);
    assertRefused(
        Reason.LENGTH_MISMATCH, () -> code.reconstruct(columns, Columns.DATA, Columns.of(4)));
  }

  @Test
  void targetOfOtherLength_isRefused() {
    columns[5].limit(15);
    assertRefused(
        Reason.LENGTH_MISMATCH, () -> code.reconstruct(columns, Columns.DATA, Columns.of(4, 5)));
  }

  @Test
  void targetAbsent_isRefused() {
    columns[4] = ErasureCode.ABSENT;
    assertRefused(
        Reason.READ_ONLY_TARGET, () -> code.reconstruct(columns, Columns.DATA, Columns.of(4)));
  }

  @Test
  void targetReadOnly_isRefused() {
    columns[11] = columns[11].asReadOnlyBuffer();
    assertRefused(
        Reason.READ_ONLY_TARGET, () -> code.reconstruct(columns, Columns.DATA, Columns.PARITY));
  }

  @Test
  void targetOverlappingSource_isRefused() {
    ByteBuffer shared = ByteBuffer.allocate(31);
    columns[1] = shared.slice(0, 16);
    columns[6] = shared.slice(15, 16);
    assertRefused(
        Reason.OVERLAPPING_BUFFERS, () -> code.reconstruct(columns, Columns.DATA, Columns.of(6)));
  }

  @Test
  void targetOverlappingTarget_isRefused() {
    columns[6] = columns[5].duplicate();
    assertRefused(
        Reason.OVERLAPPING_BUFFERS,
        () -> code.reconstruct(columns, Columns.DATA, Columns.of(5, 6)));
  }

  @Test
  void sameDirectBufferTwice_isRefused() {
    columns[0] = ByteBuffer.allocateDirect(16);
    columns[4] = columns[0];
    assertRefused(
        Reason.OVERLAPPING_BUFFERS, () -> code.reconstruct(columns, Columns.DATA, Columns.of(4)));
  }

  @Test
  void refusal_leavesTheCodeUsable() {
    columns[2] = ByteBuffer.allocate(15);
    assertRefused(
        Reason.LENGTH_MISMATCH, () -> code.reconstruct(columns, Columns.DATA, Columns.of(4)));

    code.reconstruct(columns, Columns.of(0, 1, 3, 4), Columns.NONE);
    columns[2] = ByteBuffer.allocate(16);
    code.reconstruct(columns, Columns.of(0, 1, 3, 4), Columns.of(2));

    // The sources' first bytes are 1, 2, 4 and 5: the polynomial through (0,1) (1,2) (3,4) (4,5).
    assertThat(columns[2].get(0)).isEqualTo((byte) interpolate(new int[] {0, 1, 3, 4}, 2));
  }

  @Test
  void columns_readLikeASet() {
    Columns some = Columns.of(7, 0, 2);
    assertThat(some).hasToString("{0, 2, 7}");
    assertThat(some.count()).isEqualTo(3);
    assertThat(some.contains(2)).isTrue();
    assertThat(some.contains(3)).isFalse();
    assertThat(some.with(Columns.of(3, 7))).isEqualTo(Columns.of(0, 2, 3, 7));
    assertThat(some.without(Columns.of(3, 7))).isEqualTo(Columns.of(0, 2));
    assertThat(Columns.DATA.with(Columns.PARITY)).isEqualTo(Columns.ALL);
    assertThat(Columns.ALL.count()).isEqualTo(12);
    assertThat(Columns.NONE.stream()).isEmpty();
  }

  private static int interpolate(int[] points, int at) {
    int[][] powers = new int[points.length][];
    for (int i = 0; i < points.length; i++) {
      powers[i] = powers(points[i]);
    }
    int[][] values = {{1}, {2}, {4}, {5}};
    int[][] coefficients = Oracle.product(Oracle.inverse(powers), values);
    return Oracle.product(new int[][] {powers(at)}, coefficients)[0][0];
  }

  private static int[] powers(int x) {
    int square = Oracle.product(x, x);
    return new int[] {1, x, square, Oracle.product(square, x)};
  }

  /** Expects the refusal, and the first bytes of all columns as they were. */
  private void assertRefused(Reason reason, ThrowingCallable request) {
    byte[] before = firstBytes();
    assertThatExceptionOfType(ErasureException.class)
        .isThrownBy(request)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .withMessageMatching(".{10,}");
    assertThatThrownBy(request).isInstanceOf(IllegalArgumentException.class);
    assertThat(firstBytes()).isEqualTo(before);
  }

  private byte[] firstBytes() {
    byte[] bytes = new byte[columns.length];
    for (int c = 0; c < bytes.length; c++) {
      bytes[c] = columns[c].hasRemaining() ? columns[c].get(columns[c].position()) : 0;
    }
    return bytes;
  }
}
