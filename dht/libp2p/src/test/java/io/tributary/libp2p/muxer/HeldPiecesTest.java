package io.tributary.libp2p.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeldPiecesTest {
  private static final int READ_BYTES = 128 * 1024;

  /** Counts its memory, so that a buffer which is still held shows. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  private final HeldPieces held = new HeldPieces();

  private long usedBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** Bytes as a transport reads them: a few in a large buffer. */
  private ByteBuf read(int length, int value) {
    return allocator.directBuffer(READ_BYTES).writeZero(length).setByte(0, value);
  }

  @Test
  void sliversOfLargeReads_takeAboutTheirOwnLength() {
    for (int i = 0; i < 100_000; i++) {
      held.add(read(1, i), allocator);
    }
    assertThat(held.bytes()).isEqualTo(100_000);
    assertThat(usedBytes()).isLessThan(2 * 100_000 + 16 * 1024);
    int at = 0;
    for (ByteBuf piece = held.poll(); piece != null; piece = held.poll()) {
      while (piece.isReadable()) {
        assertThat(piece.readByte()).isEqualTo((byte) at++);
      }
      piece.release();
    }
    assertThat(at).isEqualTo(100_000);
    assertThat(usedBytes()).isZero();
  }

  @Test
  void slicesOfOneRead_arePinnedOnlyWhereTheyAreAGoodPartOfIt() {
    ByteBuf read = allocator.directBuffer(READ_BYTES).writeZero(READ_BYTES);
    held.add(read.readRetainedSlice(READ_BYTES / 4 - 1), allocator);
    assertThat(read.refCnt()).as("copied").isEqualTo(1);
    held.add(read.readRetainedSlice(READ_BYTES / 4), allocator);
    assertThat(read.refCnt()).as("kept").isEqualTo(2);
    held.clear();
    assertThat(read.refCnt()).isEqualTo(1);
    read.release();
    assertThat(usedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void piecesOfAllLengths_keepTheirOrderAndAreReleased(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Byte> expected = new ArrayList<>();
    List<Byte> polled = new ArrayList<>();
    for (int step = 0; step < 3000; step++) {
      if (random.nextInt(3) > 0) {
        int length = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(100);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (byte each : bytes) {
          expected.add(each);
        }
        boolean exact = random.nextBoolean();
        held.add(
            exact
                ? Unpooled.wrappedBuffer(bytes)
                : allocator.directBuffer(READ_BYTES).writeBytes(bytes),
            allocator);
      } else {
        ByteBuf piece = held.poll();
        if (piece != null) {
          while (piece.isReadable()) {
            polled.add(piece.readByte());
          }
          piece.release();
        }
      }
      assertThat(held.bytes()).as("seed %d", seed).isEqualTo(expected.size() - polled.size());
    }
    assertThat(polled).as("seed %d", seed).isEqualTo(expected.subList(0, polled.size()));
    held.clear();
    assertThat(held.bytes()).isZero();
    assertThat(held.isEmpty()).isTrue();
    assertThat(usedBytes()).isZero();
  }
}
