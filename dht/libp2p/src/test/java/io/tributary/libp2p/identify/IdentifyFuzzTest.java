package io.tributary.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.wire.DelimitedReader;
import java.util.ArrayList;
import java.util.List;

/** Any bytes are an identify message within its bounds, or malformed; what is read is written. */
class IdentifyFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void anyMessage_isReadOrRefused(byte[] data) {
    IdentifyMessage message;
    try {
      message = IdentifyMessage.read(Unpooled.wrappedBuffer(data));
    } catch (MalformedFormatException refused) {
      return;
    }
    assertThat(message.listenAddresses().size()).isLessThanOrEqualTo(IdentifyMessage.MAX_ADDRESSES);
    assertThat(message.protocols().size()).isLessThanOrEqualTo(IdentifyMessage.MAX_PROTOCOLS);
    assertThat(message.agentVersion().orElse("").length())
        .isLessThanOrEqualTo(IdentifyMessage.MAX_TEXT_CHARS);
    assertThat(withoutRecord(again(message))).isEqualTo(withoutRecord(message));
  }

  private static IdentifyMessage again(IdentifyMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.write(out);
    List<IdentifyMessage> read = new ArrayList<>();
    DelimitedReader reader =
        new DelimitedReader(
            2 * IdentifyMessage.MAX_BYTES, each -> read.add(IdentifyMessage.read(each)));
    reader.read(out);
    assertThat(reader.isBetweenMessages()).isTrue();
    return read.stream().reduce(IdentifyMessage.empty(), IdentifyMessage::merge);
  }

  /** The record is an array, which is equal to itself only. */
  private static IdentifyMessage withoutRecord(IdentifyMessage message) {
    return new IdentifyMessage(
        message.publicKey(),
        message.listenAddresses(),
        message.protocols(),
        message.observedAddress(),
        message.protocolVersion(),
        message.agentVersion(),
        java.util.Optional.empty());
  }
}
