package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StoredFormTest {
  private static final int SEGMENT = Layout.SEGMENT_BYTES;

  @ParameterizedTest
  @CsvSource({
    // form, plain, pieces, stored, on the chain
    "PLAIN, 1, 1, 1, 1",
    "PLAIN, 33554433, 2, 33554433, 33554433",
    "DEOSS_CBC, 1, 1, 33554432, 1",
    "DEOSS_CBC, 33554416, 1, 33554432, 33554416",
    "DEOSS_CBC, 33554417, 2, 67108864, 33554417",
    "DEOSS_CBC, 67108832, 2, 67108864, 67108832",
    "DEOSS_CBC, 33554416000, 1000, 33554432000, 33554416000",
    "CD2N_GCM, 1, 1, 17, 17",
    "CD2N_GCM, 31457264, 1, 31457280, 31457280",
    "CD2N_GCM, 31457265, 2, 31457297, 31457297",
    "CD2N_GCM, 62914528, 2, 62914560, 62914560",
    "CD2N_GCM, 33554414928, 1067, 33554432000, 33554432000"
  })
  void sizes_areThoseOfTheFormat(
      StoredForm form, long plainBytes, int pieces, long storedBytes, long chainBytes) {
    assertThat(form.pieceCount(plainBytes)).isEqualTo(pieces);
    assertThat(form.storedBytes(plainBytes)).isEqualTo(storedBytes);
    assertThat(form.chainBytes(plainBytes)).isEqualTo(chainBytes);
    assertThat(form.plainBytes(chainBytes)).isEqualTo(plainBytes);
    assertThat(form.allows(chainBytes, Layout.segmentCount(storedBytes))).isTrue();
    assertThat(form.allows(chainBytes, Layout.segmentCount(storedBytes) + 1)).isFalse();
    assertThat(form.allows(chainBytes, Layout.segmentCount(storedBytes) - 1)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void largestFile_fillsAtMost1000Segments(StoredForm form) {
    assertThat(form.storedBytes(form.maxPlainBytes())).isEqualTo(Layout.MAX_FILE_BYTES);
    for (long plainBytes : new long[] {form.maxPlainBytes() + 1, 0, -1, Long.MAX_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> form.storedBytes(plainBytes));
      assertThatIllegalArgumentException().isThrownBy(() -> form.chainBytes(plainBytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void allows_toleratesAnyNumbers(StoredForm form) {
    for (long bytes :
        new long[] {Long.MIN_VALUE, -1, 0, Layout.MAX_FILE_BYTES + 1, Long.MAX_VALUE}) {
      for (int segments : new int[] {Integer.MIN_VALUE, -1, 0, 1, 1000, 1001, Integer.MAX_VALUE}) {
        assertThat(form.allows(bytes, segments)).as("%d, %d", bytes, segments).isFalse();
      }
    }
  }

  @Test
  void cd2nFile_whoseLastBlockIsATagAtMost_isRefused() {
    int block = 30 << 20;
    for (long rest = 1; rest <= 16; rest++) {
      long chainBytes = block + rest;
      assertThat(StoredForm.CD2N_GCM.allows(chainBytes, 1)).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> StoredForm.CD2N_GCM.plainBytes(chainBytes));
    }
    assertThat(StoredForm.CD2N_GCM.plainBytes(block + 17L)).isEqualTo(block - 16 + 1L);
  }

  @Test
  void rangeOverAPiecesEnd_needsBothPiecesWhole() {
    int block = 30 << 20;
    long plainBytes = 2L * (block - 16) + 100;
    long border = 2L * (block - 16);
    ByteRange range = ByteRange.between(border - 3, border + 5);
    assertThat(StoredForm.CD2N_GCM.pieces(plainBytes, range))
        .containsExactly(
            new PieceSlice(1, block - 19, 3, border - 3, block, block),
            new PieceSlice(2, 0, 5, border, 2L * block, 116));
    assertThat(StoredForm.CD2N_GCM.storedRange(plainBytes, range))
        .isEqualTo(ByteRange.between(block, 2L * block + 116));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredForm.CD2N_GCM.pieces(plainBytes, new ByteRange(plainBytes, 1)));
  }

  @Test
  void deossPieces_areTheSegments() {
    long plainBytes = 3L * (SEGMENT - 16);
    List<PieceSlice> pieces = StoredForm.DEOSS_CBC.pieces(plainBytes, ByteRange.whole(plainBytes));
    assertThat(pieces).hasSize(3);
    for (PieceSlice piece : pieces) {
      assertThat(piece.storedOffset()).isEqualTo(Layout.segmentOffset(piece.piece()));
      assertThat(piece.storedLength()).isEqualTo(SEGMENT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomRanges_areCoveredOnceByPiecesInStoredBounds(StoredForm form) {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long plainBytes = random.nextLong(1, random.nextLong(2, form.maxPlainBytes()));
      long start = random.nextLong(plainBytes);
      long end = random.nextLong(start, plainBytes) + 1;
      ByteRange range = ByteRange.between(start, end);
      long stored = form.storedBytes(plainBytes);

      long expected = start;
      for (PieceSlice slice : form.pieces(plainBytes, range)) {
        assertThat(slice.fileOffset()).as("%s, seed %d", form, seed).isEqualTo(expected);
        assertThat((long) slice.piece() * form.plainPieceBytes() + slice.offset())
            .as("%s, seed %d", form, seed)
            .isEqualTo(expected);
        assertThat(slice.storedOffset() + slice.storedLength())
            .as("%s, seed %d", form, seed)
            .isLessThanOrEqualTo(stored);
        assertThat(slice.offset() + slice.length())
            .as("%s, seed %d", form, seed)
            .isLessThanOrEqualTo(slice.storedLength());
        expected += slice.length();
      }
      assertThat(expected).as("%s, seed %d", form, seed).isEqualTo(end);
      ByteRange whole = form.storedRange(plainBytes, ByteRange.whole(plainBytes));
      assertThat(whole).as("%s, seed %d", form, seed).isEqualTo(ByteRange.whole(stored));
      assertThat(form.plainBytes(form.chainBytes(plainBytes))).isEqualTo(plainBytes);
    }
  }

  @Test
  void pieceOfNoSize_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredForm.CD2N_GCM.storedBytesOfPiece(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredForm.CD2N_GCM.storedBytesOfPiece((30 << 20) - 15));
  }
}
