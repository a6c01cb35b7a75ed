package io.tributary.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.SplittableRandom;

/** Any bytes, cut in any way, are frames or end the connection; and nothing is left of them. */
class YamuxFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void anyFrames_areTakenOrEndTheConnection(byte[] data) {
    for (boolean initiator : new boolean[] {false, true}) {
      UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
      SplittableRandom dice = new SplittableRandom(data.length);
      YamuxSide side = new YamuxSide(initiator, YamuxOptions.defaults());
      side.channel.config().setAllocator(allocator);
      YamuxStream own = side.open();
      own.handler(new RecordingHandler());
      own.write(Unpooled.buffer().writeZero(10));
      ByteBuf all = Unpooled.wrappedBuffer(data);
      while (all.isReadable()) {
        int piece = 1 + dice.nextInt(all.readableBytes());
        side.receive(allocator.directBuffer().writeBytes(all, piece));
        side.sent().release();
        if (!side.accepted.isEmpty() && dice.nextInt(3) == 0) {
          side.accepted.get(dice.nextInt(side.accepted.size())).autoRead(dice.nextBoolean());
        }
      }
      assertThat(side.hostBudget.heldBytes()).isLessThanOrEqualTo(data.length);
      assertThat(side.closed.size()).isLessThanOrEqualTo(1);
      side.accepted.forEach(each -> each.autoRead(true));
      side.close();
      assertThat(side.hostBudget.heldBytes()).isZero();
      assertThat(side.hostBudget.grownBytes()).isZero();
      assertThat(allocator.metric().usedDirectMemory()).isZero();
    }
  }
}
