package io.tributary.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that the peer opens, many at once. */
class YamuxAcceptTest {
  private static final int STREAMS = 1000;

  private final YamuxSide side = new YamuxSide(false, YamuxOptions.defaults());

  @Test
  void streamsBeyondABacklog_openedInOneRead_areAllTakenAndAcknowledged() {
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < STREAMS; i++) {
      YamuxHeader.write(in, YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, 2 * i + 1, 0);
    }
    for (int i = 0; i < STREAMS; i++) {
      YamuxHeader.write(in, YamuxHeader.DATA, 0, 2 * i + 1, 1);
      in.writeByte(i);
    }

    side.receive(in);

    assertThat(side.accepted).hasSize(STREAMS);
    List<String> sent = side.sentFrames();
    assertThat(sent).hasSize(STREAMS).allMatch(frame -> frame.startsWith("0:1 2 "));
    side.close();
  }

  @Test
  void streamBeyondTheLimit_isReset() {
    YamuxOptions options =
        YamuxOptions.defaults().with(new YamuxOptions.Streams(2, 10, 256, 10, 10));
    YamuxSide narrow = new YamuxSide(false, options);

    for (int id = 1; id <= 5; id += 2) {
      narrow.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.SYN, id, 0);
    }

    assertThat(narrow.accepted).hasSize(2);
    assertThat(narrow.sentFrames()).containsExactly("0:1 8 5 0");
    narrow.close();
  }

  @Test
  void streamsOpenedAndReset_whileThePeerReadsNothing_holdNoMemory() {
    side.writable(false);

    for (int i = 0; i < 4_000; i++) {
      side.receiveData(YamuxHeader.SYN, 2 * i + 1, 1);
      side.receive(YamuxHeader.WINDOW_UPDATE, YamuxHeader.RST, 2 * i + 1, 0);
    }

    assertThat(side.connection.sender().waitingAcknowledgements()).isLessThanOrEqualTo(512);
    assertThat(side.closed).isEmpty();
    side.close();
  }
}
