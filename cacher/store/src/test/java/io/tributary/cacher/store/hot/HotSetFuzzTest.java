package io.tributary.cacher.store.hot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HotSetFuzzTest {
  @FuzzTest
  void anyBytes_areAFileOrNone(byte[] bytes) {
    HotSet.decode(ByteBuffer.wrap(bytes))
        .ifPresent(
            standings -> assertThat(HotSet.encode(standings)).isEqualTo(ByteBuffer.wrap(bytes)));
  }

  @Test
  void written_isRead_andOneFlippedBitIsNot() {
    List<HotSet.Standing> standings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      standings.add(new HotSet.Standing(FakeFragment.hashOf(i), i % 16));
    }
    ByteBuffer file = HotSet.encode(standings);
    assertThat(HotSet.decode(file.duplicate())).contains(standings);
    byte[] whole = new byte[file.remaining()];
    file.duplicate().get(whole);
    for (int bit = 0; bit < file.remaining() * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] = (byte) (flipped[bit / 8] ^ (1 << (bit % 8)));
      assertThat(HotSet.decode(ByteBuffer.wrap(flipped))).as("bit " + bit).isEmpty();
    }
    for (int length = 0; length < file.remaining(); length++) {
      assertThat(HotSet.decode(file.duplicate().limit(length))).as("length " + length).isEmpty();
    }
  }
}
