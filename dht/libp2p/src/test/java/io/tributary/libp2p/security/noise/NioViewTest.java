package io.tributary.libp2p.security.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NioViewTest {
  private final NioView view = NioView.ofThread();

  private static ByteBuf filled(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return switch (random.nextInt(3)) {
      case 0 -> PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes);
      case 1 -> Unpooled.directBuffer(length, 2 * length + 1).writeBytes(bytes);
      default -> Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(length).put(bytes).flip());
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void partsOfAnyBuffer_areTheirBytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      ByteBuf whole = filled(random, 1 + random.nextInt(20_000));
      for (int part = 0; part < 10; part++) {
        int at = random.nextInt(whole.readableBytes());
        int length = random.nextInt(whole.readableBytes() - at);
        ByteBuf slice = random.nextBoolean() ? whole.slice(at, length) : whole.duplicate();
        if (random.nextBoolean()) {
          slice = slice.slice();
        }
        int from = slice.isReadable() ? random.nextInt(slice.readableBytes()) : 0;
        int bytes = slice.readableBytes() - from;
        ByteBuffer seen = view.of(slice, from, bytes);
        assertThat(seen.remaining()).as("seed %d", seed).isEqualTo(bytes);
        byte[] copy = new byte[bytes];
        seen.get(copy);
        assertThat(copy)
            .as("seed %d, round %d", seed, round)
            .isEqualTo(ByteBufUtil.getBytes(slice, from, bytes));
      }
      whole.release();
    }
  }
}
