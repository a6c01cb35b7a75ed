package io.tributary.libp2p.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
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
    return allocator.directBuffer(READ_BYTES).writeByte(value).writeZero(length - 1);
  }

  @Test
  void sliversOfLargeReads_takeAboutTheirOwnLength() {
    int slivers = 20_000;
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (int i = 0; i < slivers; i++) {
      held.add(read(1, i), allocator);
      sent.write(i);
    }
    assertThat(held.bytes()).isEqualTo(slivers);
    assertThat(usedBytes()).isLessThan(2 * slivers + 16 * 1024);
    ByteArrayOutputStream polled = new ByteArrayOutputStream();
    while (!held.isEmpty()) {
      pollTo(polled);
    }
    assertThat(polled.toByteArray()).isEqualTo(sent.toByteArray());
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
    ByteArrayOutputStream added = new ByteArrayOutputStream();
    ByteArrayOutputStream polled = new ByteArrayOutputStream();
    for (int step = 0; step < 1000; step++) {
      if (random.nextInt(3) > 0) {
        int length = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(100);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        added.writeBytes(bytes);
        held.add(
            random.nextBoolean()
                ? Unpooled.wrappedBuffer(bytes)
                : allocator.directBuffer(READ_BYTES).writeBytes(bytes),
            allocator);
      } else {
        pollTo(polled);
      }
      assertThat(held.bytes()).as("seed %d", seed).isEqualTo(added.size() - polled.size());
    }
    assertThat(polled.toByteArray())
        .as("seed %d", seed)
        .isEqualTo(Arrays.copyOf(added.toByteArray(), polled.size()));
    held.clear();
    assertThat(held.bytes()).isZero();
    assertThat(held.isEmpty()).isTrue();
    assertThat(usedBytes()).isZero();
  }

  private void pollTo(ByteArrayOutputStream out) {
    ByteBuf piece = held.poll();
    if (piece != null) {
      out.writeBytes(ByteBufUtil.getBytes(piece));
      piece.release();
    }
  }
}
