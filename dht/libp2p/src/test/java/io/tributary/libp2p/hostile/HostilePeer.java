package io.tributary.libp2p.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.TestHosts;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multistream.ChannelNegotiator;
import io.tributary.libp2p.multistream.NegotiationException;
import io.tributary.libp2p.multistream.Proposer;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.yamux.YamuxMuxer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A peer that is in order up to the end of its Noise handshake, and then sends what it is told. */
final class HostilePeer implements AutoCloseable {

  /** A frame that the host sent; the payload of data only. */
  record Frame(int type, int flags, int streamId, long length, ByteBuf payload) {}

  private final Channel channel;
  private final PrivateKey identity;
  private final List<Frame> frames = new ArrayList<>();
  private final ByteBuf unread = Unpooled.buffer();
  private long bytesRead;

  private HostilePeer(Channel channel, PrivateKey identity) {
    this.channel = channel;
    this.identity = identity;
  }

  static HostilePeer connect(IoEngine io, Host host) {
    return connect(io, host, PrivateKey.generate(new SecureRandom()), YamuxMuxer.PROTOCOL_ID);
  }

  /**
   * Connects.
   *
   * @param muxers named in the handshake; with none the peer stops before the muxer's negotiation
   */
  static HostilePeer connect(IoEngine io, Host host, PrivateKey identity, String... muxers) {
    Channel channel = open(io, host);
    HostilePeer peer = new HostilePeer(channel, identity);
    TestHosts.await(peer.secure(muxers));
    return peer;
  }

  /** Connects as far as TCP. */
  static Channel open(IoEngine io, Host host) {
    var connecting =
        new Bootstrap()
            .group(io.group())
            .channelFactory(io::newSocket)
            .option(ChannelOption.SO_RCVBUF, 64 << 10)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(TestHosts.addressOf(host).toSocketAddress().orElseThrow());
    TestHosts.await(connecting);
    return connecting.channel();
  }

  private Future<SecureSession> secure(String... muxers) {
    Promise<SecureSession> secured = channel.eventLoop().newPromise();
    channel
        .eventLoop()
        .execute(
            () ->
                ChannelNegotiator.start(
                    channel,
                    new Proposer(List.of(NoiseProtocol.ID)),
                    Duration.ofSeconds(10),
                    new ChannelNegotiator.Callback() {
                      @Override
                      public void onAgreed(String protocol) {
                        new NoiseProtocol(identity)
                            .secure(channel, Role.INITIATOR, Optional.empty(), List.of(muxers))
                            .addListener(
                                (Future<SecureSession> result) -> {
                                  if (result.isSuccess()) {
                                    channel.pipeline().addLast(new Reading());
                                    secured.setSuccess(result.getNow());
                                  } else {
                                    secured.setFailure(result.cause());
                                  }
                                });
                      }

                      @Override
                      public void onFailed(NegotiationException cause) {
                        secured.setFailure(cause);
                      }
                    }));
    return secured;
  }

  PrivateKey identity() {
    return identity;
  }

  /**
   * Sends plain bytes, which are encrypted on their way, and waits until they are in the socket.
   */
  void send(ByteBuf... parts) {
    send(Unpooled.wrappedBuffer(parts));
  }

  private void send(ByteBuf bytes) {
    ByteBuf direct = channel.alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes);
    bytes.release();
    channel.writeAndFlush(direct).awaitUninterruptibly(20, TimeUnit.SECONDS);
  }

  /** Sends without waiting. */
  void sendLater(ByteBuf bytes) {
    channel.writeAndFlush(bytes);
  }

  /** Whether what was sent before has left for the socket, as far as the host takes it. */
  boolean isWritable() {
    return channel.isWritable();
  }

  /** Sends bytes below the encryption. */
  void sendRaw(byte[] bytes) {
    Channel raw = channel;
    raw.eventLoop()
        .execute(
            () ->
                raw.pipeline()
                    .firstContext()
                    .writeAndFlush(raw.alloc().directBuffer().writeBytes(bytes)));
  }

  /** Reads nothing from the socket any more. */
  void stopReading() {
    channel.config().setAutoRead(false);
  }

  /** The frames received so far. */
  synchronized List<Frame> frames() {
    return List.copyOf(frames);
  }

  synchronized long bytesRead() {
    return bytesRead;
  }

  /** What arrived as payload of one stream so far. */
  synchronized byte[] received(int streamId) {
    ByteBuf all = Unpooled.buffer();
    frames.stream()
        .filter(each -> each.type() == Frames.DATA && each.streamId() == streamId)
        .forEach(each -> all.writeBytes(each.payload().duplicate()));
    return ByteBufUtil.getBytes(all);
  }

  boolean wasReset(int streamId) {
    return frames().stream()
        .anyMatch(each -> each.streamId() == streamId && (each.flags() & Frames.RST) != 0);
  }

  void awaitClosed() {
    assertThat(channel.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
        .as("the host closed the connection")
        .isTrue();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly(20, TimeUnit.SECONDS);
  }

  private synchronized void take(ByteBuf data) {
    bytesRead += data.readableBytes();
    unread.writeBytes(data);
    data.release();
    while (unread.readableBytes() >= 12) {
      int at = unread.readerIndex();
      int type = unread.getByte(at + 1);
      long length = unread.getUnsignedInt(at + 8);
      int payload = type == Frames.DATA ? (int) length : 0;
      if (unread.readableBytes() < 12 + payload) {
        break;
      }
      frames.add(
          new Frame(
              type,
              unread.getUnsignedShort(at + 2),
              unread.getInt(at + 4),
              length,
              Unpooled.copiedBuffer(unread.slice(at + 12, payload))));
      unread.skipBytes(12 + payload);
    }
    unread.discardReadBytes();
  }

  private final class Reading extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      take((ByteBuf) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // The host may reset the connection; the tests look at the host's side.
      ctx.close();
    }
  }
}
