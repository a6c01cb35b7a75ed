package io.tributary.origin.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.Layout;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FragmentBufferTest {
  @Test
  void closedBuffer_isNotWrittenToAnyMore() {
    ByteBuffer target = ByteBuffer.allocate(Layout.FRAGMENT_BYTES + 5).position(5);
    FragmentBuffer buffer = new FragmentBuffer(target);
    buffer.onNext(ByteBuffer.wrap(new byte[] {1, 2}));
    buffer.close();
    buffer.onNext(ByteBuffer.wrap(new byte[] {3, 4}));
    assertThat(target.get(5)).isEqualTo((byte) 1);
    assertThat(target.get(6)).isEqualTo((byte) 2);
    assertThat(target.get(7)).isZero();
    assertThat(target.position()).isEqualTo(5);
  }
}
