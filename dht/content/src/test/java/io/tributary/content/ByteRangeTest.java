package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 1", "5, -1", "9223372036854775807, 1", "1, 9223372036854775807"})
  void rangeThatIsEmptyOrOutOfBounds_isRefused(long offset, long length) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(offset, length));
  }

  @Test
  void largestRange_isAccepted() {
    assertThat(new ByteRange(0, Long.MAX_VALUE).end()).isEqualTo(Long.MAX_VALUE);
    assertThat(new ByteRange(Long.MAX_VALUE - 1, 1).end()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void between_takesTheEndAsExclusive() {
    assertThat(ByteRange.between(3, 7)).isEqualTo(new ByteRange(3, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.between(3, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteRange.between(Long.MAX_VALUE, Long.MIN_VALUE));
  }

  @Test
  void intersectAndContains_agreeForAllSmallRanges() {
    for (int a = 0; a < 6; a++) {
      for (int b = a + 1; b < 7; b++) {
        for (int c = 0; c < 6; c++) {
          for (int d = c + 1; d < 7; d++) {
            ByteRange left = ByteRange.between(a, b);
            ByteRange right = ByteRange.between(c, d);
            for (int position = 0; position < 8; position++) {
              int at = position;
              assertThat(left.intersect(right).map(both -> both.contains(at)).orElse(false))
                  .as("%s and %s at %d", left, right, at)
                  .isEqualTo(left.contains(at) && right.contains(at));
            }
          }
        }
      }
    }
  }

  @Test
  void within_cutsAtTheSizeOfTheFile() {
    assertThat(new ByteRange(5, 10).within(8)).contains(new ByteRange(5, 3));
    assertThat(new ByteRange(5, 10).within(100)).contains(new ByteRange(5, 10));
    assertThat(new ByteRange(5, 10).within(5)).isEmpty();
    assertThat(new ByteRange(0, 1).within(0)).isEmpty();
  }
}
