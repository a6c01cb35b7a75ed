package io.tributary.libp2p.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelimitedReaderTest {
  private static final int MAX_BYTES = 300;

  private final List<String> messages = new ArrayList<>();
  private final DelimitedReader reader =
      new DelimitedReader(MAX_BYTES, each -> messages.add(ByteBufUtil.hexDump(each)));

  private static ByteBuf message(int length) {
    ByteBuf out = Unpooled.buffer();
    DelimitedReader.write(out, new byte[length]);
    return out;
  }

  @Test
  void messages_inOneRead_comeOneByOne() {
    reader.read(Unpooled.wrappedBuffer(message(2), message(0), message(200)));
    assertThat(messages).containsExactly("0000", "", "00".repeat(200));
    assertThat(reader.isBetweenMessages()).isTrue();
  }

  @Test
  void message_byteByByte_comesWhenItIsComplete() {
    ByteBuf all = message(MAX_BYTES);
    while (all.readableBytes() > 1) {
      reader.read(all.readRetainedSlice(1));
      assertThat(messages).isEmpty();
      assertThat(reader.isBetweenMessages()).isFalse();
    }
    reader.read(all);
    assertThat(messages).containsExactly("00".repeat(MAX_BYTES));
    assertThat(reader.isBetweenMessages()).isTrue();
  }

  @Test
  void message_tooLong_isRefused_beforeItComes() {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(() -> reader.read(message(MAX_BYTES + 1).slice(0, 2)));
  }

  @Test
  void length_thatIsNone_isRefused() {
    assertThatExceptionOfType(MalformedFormatException.class)
        .isThrownBy(
            () ->
                reader.read(
                    Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1})));
  }

  @Test
  void close_whileAMessageIsTaken_dropsTheRest() {
    List<DelimitedReader> self = new ArrayList<>();
    DelimitedReader closing =
        new DelimitedReader(
            MAX_BYTES,
            each -> {
              messages.add(ByteBufUtil.hexDump(each));
              self.get(0).close();
            });
    self.add(closing);
    ByteBuf first = message(3);
    closing.read(first.readRetainedSlice(2));
    ByteBuf rest = Unpooled.wrappedBuffer(first, message(4), message(5));

    closing.read(rest);
    ByteBuf later = message(6);
    closing.read(later);

    assertThat(messages).containsExactly("000000");
    assertThat(rest.refCnt() + later.refCnt()).isZero();
    assertThat(closing.isBetweenMessages()).isTrue();
  }

  @FuzzTest(maxDuration = "60s")
  void anyBytes_areTheSameMessages_howeverTheyAreCut(byte[] data) {
    assertThat(read(data, 5)).isEqualTo(read(data, Math.max(1, data.length)));
  }

  private static List<String> read(byte[] data, int maxPiece) {
    List<String> read = new ArrayList<>();
    DelimitedReader reader =
        new DelimitedReader(MAX_BYTES, each -> read.add(ByteBufUtil.hexDump(each)));
    SplittableRandom dice = new SplittableRandom(data.length);
    ByteBuf all = Unpooled.wrappedBuffer(data);
    try {
      while (all.isReadable()) {
        reader.read(
            all.readRetainedSlice(Math.min(all.readableBytes(), 1 + dice.nextInt(maxPiece))));
      }
      read.add(reader.isBetweenMessages() ? "between" : "within");
    } catch (MalformedFormatException e) {
      read.add(e.reason().name());
    }
    reader.close();
    return read;
  }
}
