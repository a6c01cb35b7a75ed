package io.tributary.origin.deoss;

import static io.tributary.origin.deoss.DeossFixture.BIG;
import static io.tributary.origin.deoss.DeossFixture.BIG_MANIFEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentVerifierTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anyCuttingOfTheBytes_isAccepted(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SegmentVerifier verifier = verifier(0, 1);
    ByteBuffer bytes = ByteBuffer.wrap(BIG);
    while (bytes.hasRemaining()) {
      int part = Math.min(bytes.remaining(), random.nextInt(1 << random.nextInt(25)));
      ByteBuffer piece = bytes.slice(bytes.position(), part);
      verifier.update(piece);
      assertThat(piece.hasRemaining()).isFalse();
      bytes.position(bytes.position() + part);
      assertThat(verifier.bytesLeft()).as("seed %d", seed).isEqualTo(bytes.remaining());
    }
  }

  @Test
  void segments_areJudgedInOrderAtTheirLastByte() {
    List<Integer> judged = new ArrayList<>();
    SegmentVerifier verifier =
        new SegmentVerifier(
            (segment, sha256) -> {
              judged.add(segment);
              return sha256.equals(BIG_MANIFEST.segments().get(segment).hash().digest());
            },
            BIG.length,
            0,
            1);
    verifier.update(ByteBuffer.wrap(BIG, 0, Layout.SEGMENT_BYTES - 1));
    assertThat(judged).isEmpty();
    verifier.update(ByteBuffer.wrap(BIG, Layout.SEGMENT_BYTES - 1, 1));
    assertThat(judged).containsExactly(0);
    verifier.update(ByteBuffer.wrap(BIG, Layout.SEGMENT_BYTES, BIG.length - Layout.SEGMENT_BYTES));
    assertThat(judged).containsExactly(0, 1);
  }

  @Test
  void exactlyFullSegment_needsNoPadding() {
    byte[] full = DeossFixture.random(Layout.SEGMENT_BYTES);
    Manifest manifest = DeossFixture.manifest(full);
    SegmentVerifier verifier = new SegmentVerifier(SegmentCheck.of(manifest), full.length, 0, 0);
    verifier.update(ByteBuffer.wrap(full));
    assertThat(verifier.bytesLeft()).isZero();
  }

  @Test
  void wrongSegment_isNamed() {
    byte[] wrong = BIG.clone();
    wrong[3] ^= 1;
    SegmentVerifier verifier = verifier(0, 1);
    assertThatThrownBy(() -> verifier.update(ByteBuffer.wrap(wrong)))
        .isInstanceOfSatisfying(WrongSegmentException.class, e -> assertThat(e.segment()).isZero());
  }

  @Test
  void moreBytesThanTheSegmentsHave_areRefused() {
    SegmentVerifier verifier = verifier(1, 1);
    assertThat(verifier.bytesLeft()).isEqualTo(1000);
    assertThatThrownBy(() -> verifier.update(ByteBuffer.allocate(1001)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void segmentsTheFileDoesNotHave_areRefused() {
    assertThatThrownBy(() -> verifier(0, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> verifier(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> verifier(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static SegmentVerifier verifier(int first, int last) {
    return new SegmentVerifier(SegmentCheck.of(BIG_MANIFEST), BIG.length, first, last);
  }
}
