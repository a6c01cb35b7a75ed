package io.tributary.libp2p.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.wire.IdentifyMessages.Identify;
import io.tributary.libp2p.wire.NoiseMessages.NoiseHandshakePayload;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final int MAX_BYTES = 1024;
  private static final MessageReader<Identify> IDENTIFY =
      new MessageReader<>("an identify message", Identify.parser(), MAX_BYTES);

  private final Identify message =
      Identify.newBuilder()
          .setAgentVersion("agent/1")
          .setProtocolVersion("family/1")
          .addProtocols("/a/1")
          .addProtocols("/b/1")
          .setObservedAddr(ByteString.copyFrom(new byte[] {4, 127, 0, 0, 1}))
          .setSignedPeerRecord(ByteString.copyFrom(new byte[] {1}))
          .build();

  @Test
  void message_isReadFromEveryKindOfBuffer() {
    byte[] bytes = message.toByteArray();
    ByteBuffer view = ByteBuffer.wrap(bytes);
    ByteBuf direct = Unpooled.directBuffer().writeBytes(bytes);
    ByteBuf composite =
        Unpooled.wrappedBuffer(
            Unpooled.wrappedBuffer(bytes, 0, 5),
            Unpooled.wrappedBuffer(bytes, 5, bytes.length - 5));

    assertThat(IDENTIFY.read(bytes)).isEqualTo(message);
    assertThat(IDENTIFY.read(view)).isEqualTo(message);
    assertThat(IDENTIFY.read(direct)).isEqualTo(message);
    assertThat(IDENTIFY.read(composite)).isEqualTo(message);
    assertThat(view.remaining()).isEqualTo(bytes.length);
    assertThat(direct.readableBytes()).isEqualTo(bytes.length);
    direct.release();
    composite.release();
  }

  /** Field 8 is what the specification lacks and peers send. */
  @Test
  void signedPeerRecord_isField8() {
    assertThat(Identify.getDescriptor().findFieldByNumber(8).getName())
        .isEqualTo("signed_peer_record");
    assertThat(NoiseHandshakePayload.getDescriptor().findFieldByNumber(4).getName())
        .isEqualTo("extensions");
  }

  @Test
  void message_tooLong_isRefused() {
    Identify longest =
        Identify.newBuilder().setPublicKey(ByteString.copyFrom(new byte[MAX_BYTES - 3])).build();
    Identify tooLong =
        Identify.newBuilder().setPublicKey(ByteString.copyFrom(new byte[MAX_BYTES - 2])).build();

    assertThat(longest.getSerializedSize()).isEqualTo(MAX_BYTES);
    assertThat(IDENTIFY.read(longest.toByteArray())).isEqualTo(longest);
    assertRefused(Reason.TOO_LONG, () -> IDENTIFY.read(tooLong.toByteArray()));
    assertRefused(Reason.TOO_LONG, () -> IDENTIFY.read(ByteBuffer.allocate(MAX_BYTES + 1)));
    assertRefused(
        Reason.TOO_LONG, () -> IDENTIFY.read(Unpooled.wrappedBuffer(new byte[MAX_BYTES + 1])));
  }

  @Test
  void message_cutOrJunk_isRefused() {
    byte[] bytes = message.toByteArray();

    assertRefused(
        Reason.BAD_VALUE, () -> IDENTIFY.read(ByteBuffer.wrap(bytes, 0, bytes.length - 1)));
    assertRefused(Reason.BAD_VALUE, () -> IDENTIFY.read(new byte[] {0}));
    assertRefused(Reason.BAD_VALUE, () -> IDENTIFY.read(new byte[] {0x0a, 0x7f}));
    assertRefused(Reason.BAD_VALUE, () -> IDENTIFY.read(new byte[] {0x0c})); // the end of a group
    assertRefused(
        Reason.BAD_VALUE,
        () -> IDENTIFY.read(new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}));
  }

  @Test
  void message_nestedTooDeep_isRefused() {
    MessageReader<DescriptorProto> nesting =
        new MessageReader<>("a nesting message", DescriptorProto.parser(), MAX_BYTES);

    assertThat(nesting.read(nested(MessageReader.MAX_DEPTH).toByteArray()).getNestedTypeCount())
        .isEqualTo(1);
    assertRefused(
        Reason.BAD_VALUE, () -> nesting.read(nested(MessageReader.MAX_DEPTH + 1).toByteArray()));
  }

  private static DescriptorProto nested(int depth) {
    DescriptorProto innermost = DescriptorProto.getDefaultInstance();
    for (int i = 0; i < depth; i++) {
      innermost = DescriptorProto.newBuilder().addNestedType(innermost).build();
    }
    return innermost;
  }

  @FuzzTest
  void identifyAndNoise(byte[] bytes) {
    MessageReader<NoiseHandshakePayload> noise =
        new MessageReader<>("a payload", NoiseHandshakePayload.parser(), MAX_BYTES);
    try {
      assertThat(IDENTIFY.read(IDENTIFY.read(bytes).toByteArray())).isNotNull();
      assertThat(noise.read(bytes).getSerializedSize()).isLessThanOrEqualTo(2 * MAX_BYTES);
    } catch (MalformedMessageException expected) {
      assertThat(expected.reason()).isIn(Reason.BAD_VALUE, Reason.TOO_LONG);
    }
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
