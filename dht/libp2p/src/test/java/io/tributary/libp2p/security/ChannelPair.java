package io.tributary.libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Two channels without a network: what one side writes the other reads when {@link #pump} is
 * called, unless a test changes it on the way. Every buffer is counted, and {@link #close} checks
 * that none is left.
 */
public final class ChannelPair implements AutoCloseable {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  /** One side. */
  public final class Side {
    /** The channel. */
    public final EmbeddedChannel channel = new EmbeddedChannel();

    private final Tail tail = new Tail();

    /** Raw messages that this side has sent, one for each flush. */
    public final List<byte[]> sent = new ArrayList<>();

    /** What becomes of the bytes this side sends; by default they arrive. */
    public UnaryOperator<byte[]> onWire = bytes -> bytes;

    private Optional<Future<SecureSession>> session = Optional.empty();

    private Side() {
      channel.config().setAllocator(allocator);
      channel.freezeTime();
    }

    /** Starts a handshake; what arrives after it is collected. */
    public Future<SecureSession> secure(
        SecurityProtocol protocol, Role role, Optional<PeerId> expected, String... muxers) {
      Future<SecureSession> future = protocol.secure(channel, role, expected, List.of(muxers));
      future.addListener(
          done -> {
            if (done.isSuccess()) {
              channel.pipeline().addLast(tail);
            }
          });
      session = Optional.of(future);
      return future;
    }

    /** The handshake's outcome. */
    public Future<SecureSession> future() {
      return session.orElseThrow();
    }

    /** The session, which must exist. */
    public SecureSession session() {
      Future<SecureSession> future = session.orElseThrow();
      assertThat(future.isDone()).as("handshake is done").isTrue();
      if (!future.isSuccess()) {
        throw new AssertionError("handshake failed", future.cause());
      }
      return future.getNow();
    }

    /** Why the handshake failed, which it must have; the channel must be closed. */
    public SecureChannelException.Reason failure() {
      Future<SecureSession> future = session.orElseThrow();
      assertThat(future.isDone()).as("handshake is done").isTrue();
      assertThat(future.cause()).isInstanceOf(SecureChannelException.class);
      assertThat(channel.isOpen()).as("channel is open").isFalse();
      return ((SecureChannelException) future.cause()).reason();
    }

    /** Plain bytes received so far. */
    public byte[] received() {
      return tail.bytes.toByteArray();
    }

    /** Whether the handlers behind have been told of the end. */
    public boolean sawEnd() {
      return tail.inactive;
    }

    /** Why the channel failed after the handshake. */
    public Optional<Throwable> exception() {
      return tail.exception;
    }

    /** Writes plain bytes. */
    public void write(byte[] plain) {
      channel.writeAndFlush(channel.alloc().directBuffer().writeBytes(plain));
    }

    /** Gives the channel bytes as if they had arrived in one read. */
    public void arrive(byte[] raw) {
      if (channel.isOpen()) {
        channel.writeInbound(allocator.directBuffer(Math.max(1, raw.length)).writeBytes(raw));
      }
    }

    private boolean flushTo(Side other) {
      channel.runPendingTasks();
      ByteBuf all = Unpooled.buffer();
      for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
        all.writeBytes(each);
        each.release();
      }
      if (!all.isReadable()) {
        return false;
      }
      byte[] raw = ByteBufUtil.getBytes(all);
      sent.add(raw);
      byte[] arriving = onWire.apply(raw);
      if (arriving.length > 0) {
        other.arrive(arriving);
      }
      return true;
    }
  }

  /** The side that dials. */
  public final Side initiator = new Side();

  /** The side that answers. */
  public final Side responder = new Side();

  /** Carries bytes to and fro until both sides are silent. */
  public void pump() {
    boolean busy = true;
    while (busy) {
      busy = initiator.flushTo(responder);
      busy |= responder.flushTo(initiator);
    }
  }

  /** Closes both channels and checks that no buffer is left. */
  @Override
  public void close() {
    for (EmbeddedChannel each : List.of(initiator.channel, responder.channel)) {
      each.close();
      each.runPendingTasks();
      each.releaseOutbound();
      each.releaseInbound();
    }
    assertThat(allocator.metric().usedDirectMemory()).as("direct bytes leaked").isZero();
    assertThat(allocator.metric().usedHeapMemory()).as("heap bytes leaked").isZero();
  }

  private static final class Tail extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Optional<Throwable> exception = Optional.empty();
    private boolean inactive;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      bytes.writeBytes(ByteBufUtil.getBytes(data));
      data.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      inactive = true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      exception = Optional.of(cause);
    }
  }
}
