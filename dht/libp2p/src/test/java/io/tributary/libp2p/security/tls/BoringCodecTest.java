package io.tributary.libp2p.security.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.tributary.libp2p.security.ChannelPair;
import io.tributary.libp2p.security.Peers;
import io.tributary.libp2p.security.Role;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is BoringCodec's own; the contract of all security protocols is in TlsProtocolTest. */
final class BoringCodecTest {
  private static final int HEADER_BYTES = 5;

  /** The inner type of content and the tag. */
  private static final int ADDED_BYTES = 17;

  private final ChannelPair pair = new ChannelPair();

  @BeforeEach
  void shakeHands() {
    pair.responder.secure(new TlsProtocol(Peers.BOB), Role.RESPONDER, Optional.empty(), "/m");
    pair.initiator.secure(
        new TlsProtocol(Peers.ALICE), Role.INITIATOR, Optional.of(Peers.BOB.peerId()), "/m");
    pair.pump();
    pair.initiator.session();
    pair.initiator.sent.clear();
  }

  @AfterEach
  void noBufferIsLeft() {
    pair.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  /** The lengths of the plain bytes in each record of what the initiator sent. */
  private List<Integer> recordsSent() {
    List<Integer> lengths = new ArrayList<>();
    for (byte[] flush : pair.initiator.sent) {
      ByteBuffer at = ByteBuffer.wrap(flush);
      while (at.hasRemaining()) {
        int length = at.getShort(at.position() + 3) & 0xFFFF;
        lengths.add(length - ADDED_BYTES);
        at.position(at.position() + HEADER_BYTES + length);
      }
    }
    return lengths;
  }

  @Test
  void afterTheHandshake_nettysHandlerIsGone() {
    for (ChannelPair.Side side : List.of(pair.initiator, pair.responder)) {
      assertThat(side.channel.pipeline().get(SslHandler.class)).isNull();
      assertThat(side.channel.pipeline().get(BoringCodec.class)).isNotNull();
    }
  }

  @Test
  void manySmallWrites_shareARecord() {
    EmbeddedChannel channel = pair.initiator.channel;
    for (int i = 0; i < 100; i++) {
      channel.write(channel.alloc().directBuffer(12).writeBytes(random(12)));
    }
    channel.flush();
    pair.pump();
    assertThat(recordsSent()).containsExactly(1200);
    assertThat(pair.responder.received()).hasSize(1200);
  }

  @Test
  void smallAndLargeWrites_fillRecords() {
    EmbeddedChannel channel = pair.initiator.channel;
    byte[] header = random(12);
    byte[] payload = random(65_524);
    channel.write(channel.alloc().directBuffer(12).writeBytes(header));
    channel.write(channel.alloc().directBuffer(payload.length).writeBytes(payload));
    channel.flush();
    pair.pump();
    assertThat(recordsSent()).containsExactly(16_384, 16_384, 16_384, 16_384);
    assertThat(pair.responder.received())
        .startsWith(header)
        .endsWith(payload)
        .hasSize(header.length + payload.length);
  }

  @Test
  void bytesOnTheHeap_areSentAndRead() {
    byte[] question = random(40_000);
    pair.initiator.channel.writeAndFlush(Unpooled.wrappedBuffer(question));
    pair.pump();
    assertThat(pair.responder.received()).isEqualTo(question);

    EmbeddedChannel other = pair.responder.channel;
    byte[] answer = random(20_000);
    other.writeAndFlush(Unpooled.wrappedBuffer(answer));
    for (ByteBuf each = other.readOutbound(); each != null; each = other.readOutbound()) {
      pair.initiator.channel.writeInbound(Unpooled.copiedBuffer(each));
      each.release();
    }
    assertThat(pair.initiator.received()).isEqualTo(answer);
  }

  @Test
  void close_tellsThePeer_whichCloses() {
    pair.initiator.write(random(10));
    pair.initiator.channel.close();
    pair.pump();
    assertThat(pair.responder.received()).isEqualTo(random(10));
    assertThat(pair.responder.channel.isOpen()).isFalse();
    assertThat(pair.responder.sawEnd()).isTrue();
    assertThat(pair.responder.exception()).isEmpty();
  }

  @Test
  void bytesReadAfterTheClose_areDropped() {
    pair.responder.write(random(100));
    pair.responder.channel.runPendingTasks();
    ByteBuf late = pair.responder.channel.readOutbound();
    EmbeddedChannel channel = pair.initiator.channel;
    BoringCodec codec = channel.pipeline().get(BoringCodec.class);
    ChannelHandlerContext ctx = channel.pipeline().context(codec);
    channel.close();
    codec.channelRead(ctx, late);
    assertThat(late.refCnt()).isZero();
    assertThat(pair.initiator.received()).isEmpty();
  }

  @Test
  void recordThatDoesNotAuthenticate_endsTheConnectionWithAnAlert() {
    pair.initiator.onWire =
        raw -> {
          byte[] altered = raw.clone();
          altered[altered.length - 1] ^= 1;
          return altered;
        };
    pair.initiator.write(random(100));
    pair.pump();
    assertThat(pair.responder.received()).isEmpty();
    assertThat(pair.responder.exception()).isPresent();
    assertThat(pair.responder.channel.isOpen()).isFalse();
    assertThat(pair.initiator.exception()).as("what the alert means").isPresent();
  }
}
