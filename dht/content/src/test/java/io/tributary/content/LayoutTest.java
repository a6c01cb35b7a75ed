package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  private static final int MIB = 1 << 20;

  @Test
  void constants_areThoseOfTheVectors() {
    var constants = Vectors.IDENTIFIERS.get("constants");
    assertThat(Layout.SEGMENT_BYTES).isEqualTo(constants.get("segment_size").intValue());
    assertThat(Layout.FRAGMENT_BYTES).isEqualTo(constants.get("fragment_size").intValue());
    assertThat(Layout.DATA_COLUMNS).isEqualTo(constants.get("data_shards").intValue());
    assertThat(Layout.PARITY_COLUMNS).isEqualTo(constants.get("parity_shards").intValue());
    assertThat(Layout.DATA_COLUMNS * Layout.FRAGMENT_BYTES).isEqualTo(Layout.SEGMENT_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "33554431, 1",
    "33554432, 1",
    "33554433, 2",
    "67108864, 2",
    "67108865, 3",
    "33520877569, 1000",
    "33554432000, 1000"
  })
  void segmentCount_roundsUp(long fileBytes, int segments) {
    assertThat(Layout.segmentCount(fileBytes)).isEqualTo(segments);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 33554432001L, Long.MAX_VALUE})
  void fileOfNoSize_isRefused(long fileBytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.segmentCount(fileBytes))
        .withMessageContaining(Long.toString(fileBytes));
  }

  @Test
  void contentBytes_ofTheLastSegment_leaveOutThePadding() {
    long fileBytes = 2L * Layout.SEGMENT_BYTES + 8 * MIB + 5;
    assertThat(Layout.contentBytes(fileBytes, 0)).isEqualTo(32 * MIB);
    assertThat(Layout.contentBytes(fileBytes, 1)).isEqualTo(32 * MIB);
    assertThat(Layout.contentBytes(fileBytes, 2)).isEqualTo(8 * MIB + 5);
    assertThat(Layout.contentBytes(fileBytes, 1, 3)).isEqualTo(8 * MIB);
    assertThat(Layout.contentBytes(fileBytes, 2, 0)).isEqualTo(8 * MIB);
    assertThat(Layout.contentBytes(fileBytes, 2, 1)).isEqualTo(5);
    assertThat(Layout.contentBytes(fileBytes, 2, 2)).isZero();
    assertThat(Layout.contentBytes(fileBytes, 2, 3)).isZero();
  }

  @Test
  void contentBytes_ofAllDataColumns_addUpToTheFile() {
    for (long fileBytes : new long[] {1, 8 * MIB, 8 * MIB + 1, 32 * MIB, 100 * MIB - 1}) {
      long sum = 0;
      for (int segment = 0; segment < Layout.segmentCount(fileBytes); segment++) {
        for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
          sum += Layout.contentBytes(fileBytes, segment, column);
        }
      }
      assertThat(sum).isEqualTo(fileBytes);
    }
  }

  @Test
  void segmentOrColumn_thatTheFileHasNot_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Layout.contentBytes(1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Layout.contentBytes(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Layout.contentBytes(1, 0, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> Layout.contentBytes(1, 0, -1));
  }
}
