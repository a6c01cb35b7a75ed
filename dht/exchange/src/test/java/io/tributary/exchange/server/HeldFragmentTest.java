package io.tributary.exchange.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeldFragmentTest {
  private static final int BYTES = 4096;
  private static final int BUFFERS = 8;

  private final AtomicInteger unpinned = new AtomicInteger();

  private HeldFragment fragment() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    for (int i = 0; i < BYTES; i++) {
      bytes.put((byte) i);
    }
    return HeldFragment.of(bytes.flip(), unpinned::incrementAndGet);
  }

  @Test
  void buffers_haveTheMemoryAddressThatNativeTlsReadsFrom() {
    HeldFragment fragment = fragment();
    ByteBuf whole = fragment.read(0, BYTES);
    ByteBuf part = fragment.read(100, 200);
    ByteBuf ownOfNetty = Unpooled.directBuffer(1);
    assertThat(part.hasMemoryAddress()).isEqualTo(ownOfNetty.hasMemoryAddress());
    ownOfNetty.release();
    if (part.hasMemoryAddress()) {
      assertThat(part.memoryAddress() - whole.memoryAddress()).isEqualTo(100);
    }
    assertThat(part.readByte()).isEqualTo((byte) 100);
    part.release();
    whole.release();
    fragment.close();
    assertThat(unpinned).hasValue(1);
  }

  @Test
  void readOnlyMemory_suchAsThatOfAPin_hasAnAddressWhereverNettyGivesItOne() {
    ByteBuffer memory = ByteBuffer.allocateDirect(BYTES).put(100, (byte) 7).asReadOnlyBuffer();
    HeldFragment fragment = HeldFragment.of(memory, unpinned::incrementAndGet);
    ByteBuf whole = fragment.read(0, BYTES);
    ByteBuf part = fragment.read(100, 200);
    ByteBuf plain = Unpooled.wrappedBuffer(memory);
    assertThat(part.hasMemoryAddress()).isEqualTo(plain.hasMemoryAddress());
    if (PlatformDependent.hasUnsafe()) {
      assertThat(part.memoryAddress() - whole.memoryAddress()).isEqualTo(100);
    }
    assertThat(part.getByte(0)).isEqualTo((byte) 7);
    part.release();
    whole.release();
    assertThat(unpinned).hasValue(0);
    fragment.close();
    assertThat(unpinned).hasValue(1);
  }

  @Test
  void buffer_isReleasedWithItsLastReader() {
    ByteBuf own = Unpooled.directBuffer(BYTES).writeZero(BYTES);
    HeldFragment fragment = HeldFragment.of(own);
    ByteBuf part = fragment.read(1, 2);
    fragment.close();
    assertThat(own.refCnt()).isOne();
    part.release();
    assertThat(own.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void pin_isLiftedOnce_inWhateverOrderAllIsReleased(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HeldFragment fragment = fragment();
    List<Runnable> releases = new ArrayList<>(List.of(fragment::close));
    for (int i = 0; i < BUFFERS; i++) {
      ByteBuf read = fragment.read(i, random.nextInt(1, BYTES - i));
      if (random.nextBoolean()) {
        ByteBuf slice = read.readRetainedSlice(1);
        releases.add(slice::release);
      }
      releases.add(read::release);
    }
    while (!releases.isEmpty()) {
      assertThat(unpinned).as("seed %d, %d left", seed, releases.size()).hasValue(0);
      releases.remove(random.nextInt(releases.size())).run();
    }
    assertThat(unpinned).as("seed %d", seed).hasValue(1);
  }
}
