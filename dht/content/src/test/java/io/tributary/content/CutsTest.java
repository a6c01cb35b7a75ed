package io.tributary.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the arithmetic on scaled sizes against an oracle that goes byte by byte. */
class CutsTest {
  private record Cut(int piece, int offset, int length, long position) {}

  private static List<Cut> naive(ByteRange range, int pieceBytes) {
    List<Cut> cuts = new ArrayList<>();
    for (long position = range.offset(); position < range.end(); position++) {
      int piece = (int) (position / pieceBytes);
      Cut last = cuts.isEmpty() ? null : cuts.get(cuts.size() - 1);
      if (last != null && last.piece == piece) {
        cuts.set(cuts.size() - 1, new Cut(piece, last.offset, last.length + 1, last.position));
      } else {
        cuts.add(new Cut(piece, (int) (position % pieceBytes), 1, position));
      }
    }
    return cuts;
  }

  @Test
  void everySmallRange_isCutAsByteByByte() {
    for (int pieceBytes = 1; pieceBytes <= 6; pieceBytes++) {
      for (int start = 0; start < 20; start++) {
        for (int end = start + 1; end <= 21; end++) {
          ByteRange range = ByteRange.between(start, end);
          assertThat(new Cuts<>(range, pieceBytes, Cut::new))
              .as("%s in pieces of %d", range, pieceBytes)
              .isEqualTo(naive(range, pieceBytes));
        }
      }
    }
  }

  @Test
  void largePositions_doNotOverflow() {
    ByteRange range = ByteRange.between((2000L << 24) - 1, (2000L << 24) + 1);
    assertThat(new Cuts<>(range, 1 << 24, Cut::new))
        .containsExactly(
            new Cut(1999, (1 << 24) - 1, 1, (2000L << 24) - 1), new Cut(2000, 0, 1, 2000L << 24));
  }

  @Test
  void list_hasItsBoundsAndCannotBeChanged() {
    List<Cut> cuts = new Cuts<>(new ByteRange(1, 2), 4, Cut::new);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> cuts.get(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> cuts.get(-1));
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> cuts.remove(0));
  }
}
