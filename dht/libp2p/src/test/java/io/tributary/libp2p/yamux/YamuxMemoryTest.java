package io.tributary.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a peer can make a connection keep in memory. */
class YamuxMemoryTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final YamuxSide side = new YamuxSide(false, YamuxOptions.defaults());

  {
    side.channel.config().setAllocator(allocator);
  }

  @AfterEach
  void nothingLeaks() {
    side.close();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private void openHeld(int streamId) {
    side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, streamId, 0);
    side.accepted.get(side.accepted.size() - 1).autoRead(false);
  }

  /** A read that is mostly frames of streams that are not, around a little that must be kept. */
  @Test
  void littleKeptOfEachRead_doesNotKeepTheReads() {
    openHeld(1);
    int kept = 3_000;
    for (int i = 0; i < 80; i++) {
      ByteBuf read = allocator.directBuffer(64 << 10);
      YamuxHeader.write(read, YamuxHeader.DATA, 0, 1, kept);
      read.writeZero(kept);
      YamuxHeader.write(read, YamuxHeader.DATA, 0, 77, 50_000);
      read.writeZero(50_000);
      side.receive(read);
    }

    assertThat(side.hostBudget.heldBytes()).isEqualTo(80L * kept);
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(5L * 80 * kept);
  }

  @Test
  void aByteOnEachOfManyStreams_takesLittle() {
    int streams = 2_000;
    for (int i = 0; i < streams; i++) {
      openHeld(2 * i + 1);
      side.receiveData(0, 2 * i + 1, 1);
      side.sent().release();
    }

    assertThat(side.hostBudget.heldBytes()).isEqualTo(streams);
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(streams * 300L);
  }

  @Test
  void manySmallPieces_areGathered() {
    openHeld(1);
    for (int i = 0; i < 10_000; i++) {
      side.receiveData(0, 1, 20);
    }

    assertThat(allocator.metric().usedDirectMemory()).isLessThan(300_000);
    side.accepted.get(0).autoRead(true);
    side.channel.runPendingTasks();
    assertThat(side.acceptedHandlers.get(0).received.size()).isEqualTo(200_000);
  }

  /** Who asks for writability and hears no is told when it turns yes, though no write failed. */
  @Test
  void writer_stoppedByWhatOthersQueue_isToldToGoOn() {
    SendBudget narrow = new SendBudget(100_000, 100_000);
    YamuxSide writer =
        new YamuxSide(true, YamuxOptions.defaults(), new ReceiveBudget(1 << 20, 1 << 20), narrow);
    YamuxStream one = writer.open();
    RecordingHandler handler = new RecordingHandler();
    one.handler(handler);
    assertThat(one.write(Unpooled.buffer().writeZero(20_000))).isTrue();
    writer.writable(false);
    assertThat(one.write(Unpooled.buffer().writeZero(20_000))).isTrue();
    for (int i = 0; i < 5; i++) {
      YamuxStream other = writer.open();
      other.write(Unpooled.buffer().writeZero(30_000));
    }
    writer.channel.runPendingTasks();

    assertThat(narrow.queuedBytes()).isGreaterThan(100_000);
    assertThat(one.isWritable()).isFalse();
    assertThat(one.writableBytes()).isZero();
    assertThat(handler.events).isEmpty();

    writer.writable(true);
    writer.sent().release();

    assertThat(handler.events).containsExactly("writable");
    assertThat(one.isWritable()).isTrue();
    assertThat(narrow.queuedBytes()).isZero();
    writer.close();
  }
}
