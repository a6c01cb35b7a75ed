package io.tributary.libp2p.transport.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.FlushStrategy;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.muxer.LoopCounter;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket with the connections that were accepted on it and dialled from it.
 *
 * <pre>
 *   socket -> QuicRouter -+-> codec of what peers dialled     -> QuicHandshake -> QuicConnection
 *                         +-> codec of what this side dialled -> QuicHandshake -> QuicConnection
 * </pre>
 *
 * A retired socket makes no new connections and closes after its last one. Fields belong to the
 * event loop.
 */
final class QuicSocket {
  private static final Logger log = LoggerFactory.getLogger(QuicSocket.class);

  private static final AttributeKey<QuicSslEngine> ENGINE =
      AttributeKey.valueOf(QuicSocket.class, "ENGINE");

  /** Datagrams of one turn go to the kernel together, but not more bytes than this. */
  private static final int FLUSH_BYTES = 256 << 10;

  private final QuicParts parts;
  private final EventLoop loop;
  private final InetSocketAddress local;
  private final SocketTuning tuning;
  private final QuicRouter router;
  private @Nullable Channel channel;
  private int connections;
  private final LoopCounter inboundHandshakes = new LoopCounter();
  private boolean retired;

  private QuicSocket(
      QuicParts parts, EventLoop loop, InetSocketAddress local, @Nullable Acceptor acceptor) {
    this.parts = parts;
    this.loop = loop;
    this.local = local;
    this.tuning = SocketTuning.of(parts.io().kind(), parts.options().datagrams(), local);
    this.router = new QuicRouter(dialling(), acceptor == null ? null : listening(acceptor));
  }

  /** Binds a socket that only dials. */
  static Future<QuicSocket> forDialling(QuicParts parts, EventLoop loop, InetSocketAddress local) {
    return new QuicSocket(parts, loop, local, null).bind(local);
  }

  /** Binds a socket that listens, and dials too. */
  static Future<QuicSocket> forListening(
      QuicParts parts, EventLoop loop, InetSocketAddress local, Acceptor acceptor) {
    return new QuicSocket(parts, loop, local, acceptor).bind(local);
  }

  private Future<QuicSocket> bind(InetSocketAddress local) {
    Promise<QuicSocket> promise = loop.newPromise();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(tuning::newChannel)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline().addLast(router).addLast(new LastResort());
                  }
                });
    tuning.apply(bootstrap);
    ChannelFuture binding = bootstrap.bind(local);
    binding.addListener(
        result -> {
          if (!result.isSuccess()) {
            promise.tryFailure(result.cause());
            return;
          }
          channel = binding.channel();
          if (!promise.trySuccess(this)) {
            binding.channel().close();
          }
        });
    return promise;
  }

  private Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("the socket is not bound");
    }
    return current;
  }

  EventLoop eventLoop() {
    return loop;
  }

  InetSocketAddress boundTo() {
    // Where both IP versions share a socket, it tells that of version 6 for all of version 4.
    return new InetSocketAddress(
        local.getAddress(), ((InetSocketAddress) channel().localAddress()).getPort());
  }

  /** Done when the socket is closed. */
  Future<Void> closed() {
    return channel().closeFuture();
  }

  /** Makes no more connections, and closes when there is none. */
  Future<Void> retire() {
    onLoop(
        () -> {
          retired = true;
          closeIfUnused();
        });
    return closed();
  }

  private void onLoop(Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }

  private void onConnectionGone() {
    connections--;
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (retired && connections == 0) {
      // Later, so that the last words of the last connection are out.
      loop.execute(() -> channel().close());
    }
  }

  /** Sends a datagram that is not QUIC. */
  Future<Void> send(InetSocketAddress remote, ByteBuf payload) {
    return channel().writeAndFlush(new DatagramPacket(payload, remote));
  }

  // Dialling

  /**
   * Connects; cancelling the promise ends the attempt.
   *
   * @param onGone told once, on the event loop, when nothing is left of the attempt or its
   *     connection
   */
  void dial(
      DialTarget target,
      InetSocketAddress remote,
      Promise<TransportConnection> promise,
      Runnable onGone) {
    onLoop(
        () -> {
          if (retired || !channel().isOpen() || promise.isDone()) {
            promise.tryFailure(new ClosedChannelException());
            onGone.run();
          } else {
            dialNow(target, remote, promise, onGone);
          }
        });
  }

  private void dialNow(
      DialTarget target,
      InetSocketAddress remote,
      Promise<TransportConnection> promise,
      Runnable onGone) {
    long id = parts.random().nextLong();
    while (!router.add(id)) {
      id = parts.random().nextLong();
    }
    long taken = id;
    connections++;
    QuicSslEngine engine = parts.tls().client(channel().alloc(), target.peer());
    QuicHandshake handshake =
        new QuicHandshake(
            parts,
            engine,
            new DialOutcome(promise),
            () -> {
              router.remove(taken);
              onConnectionGone();
              onGone.run();
            });
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            onLoop(
                () ->
                    handshake.fail(
                        new SecureChannelException(Reason.CANCELLED, "the dial was cancelled")));
          }
        });
    QuicChannel.newBootstrap(channel())
        .handler(handshake)
        .attr(ENGINE, engine)
        .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, tuning.segments())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the handshake has its deadline
        .localConnectionAddress(
            new QuicConnectionAddress(
                ByteBuffer.allocate(QuicRouter.ID_BYTES).putLong(taken).array()))
        .remoteAddress(remote)
        .connect()
        .addListener(
            result -> {
              if (!result.isSuccess()) {
                handshake.onConnectFailed(result.cause());
              }
            });
  }

  private record DialOutcome(Promise<TransportConnection> promise)
      implements QuicHandshake.Outcome {
    @Override
    public void established(TransportConnection connection) {
      if (!promise.trySuccess(connection)) {
        connection.close();
      }
    }

    @Override
    public void failed(UpgradeException cause) {
      promise.tryFailure(cause);
    }
  }

  private ChannelInboundHandler dialling() {
    return (ChannelInboundHandler)
        configure(new QuicClientCodecBuilder())
            .sslEngineProvider(made -> made.attr(ENGINE).get())
            .build();
  }

  // Listening

  /** Handshakes of peers that are under way; any thread may ask. */
  int inboundHandshakes() {
    return (int) inboundHandshakes.get();
  }

  private ChannelInboundHandler listening(Acceptor acceptor) {
    QuicOptions.Handshakes limits = parts.options().handshakes();
    RetryTokens tokens =
        new RetryTokens(
            parts.retryKey(),
            limits.tokenLifetime(),
            parts.clock(),
            QuicRouter.ID_BYTES,
            new RetryTokens.Door() {
              @Override
              public boolean isBusy() {
                return inboundHandshakes.get() >= limits.retryFrom();
              }

              @Override
              public boolean admits(InetSocketAddress client) {
                return !retired
                    && inboundHandshakes.get() < limits.maxInbound()
                    && acceptor.admits(client.getAddress());
              }
            });
    return (ChannelInboundHandler)
        configure(new QuicServerCodecBuilder())
            .tokenHandler(tokens)
            .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, tuning.segments())
            .sslEngineProvider(
                made -> {
                  QuicSslEngine engine = parts.tls().server(made.alloc());
                  made.attr(ENGINE).set(engine);
                  return engine;
                })
            .handler(
                new ChannelInitializer<QuicChannel>() {
                  @Override
                  protected void initChannel(QuicChannel made) {
                    accept(made, acceptor);
                  }
                })
            .build();
  }

  private void accept(QuicChannel made, Acceptor acceptor) {
    connections++;
    inboundHandshakes.add(1);
    made.pipeline()
        .addLast(
            new QuicHandshake(
                parts,
                made.attr(ENGINE).get(),
                new QuicHandshake.Outcome() {
                  @Override
                  public void established(TransportConnection connection) {
                    inboundHandshakes.add(-1);
                    if (retired) {
                      connection.close();
                    } else {
                      acceptor.accept(connection);
                    }
                  }

                  @Override
                  public void failed(UpgradeException cause) {
                    inboundHandshakes.add(-1);
                    acceptor.failed(cause);
                  }
                },
                this::onConnectionGone));
  }

  private <B extends QuicCodecBuilder<B>> B configure(B builder) {
    QuicOptions options = parts.options();
    QuicOptions.Receiving receiving = options.receiving();
    return builder
        .localConnectionIdLength(QuicRouter.ID_BYTES)
        .maxIdleTimeout(options.times().idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(receiving.connectionWindowBytes())
        .initialMaxStreamDataBidirectionalLocal(receiving.streamWindowBytes())
        .initialMaxStreamDataBidirectionalRemote(receiving.streamWindowBytes())
        .initialMaxStreamsBidirectional(options.streams().maxInbound())
        .initialMaxStreamsUnidirectional(0)
        .activeMigration(false)
        .maxRecvUdpPayloadSize(SocketTuning.MAX_DATAGRAM_BYTES)
        .maxSendUdpPayloadSize(tuning.sentBytes())
        .congestionControlAlgorithm(
            switch (options.datagrams().congestion()) {
              case CUBIC -> QuicCongestionControlAlgorithm.CUBIC;
              case BBR -> QuicCongestionControlAlgorithm.BBR;
            })
        .flushStrategy(FlushStrategy.afterNumBytes(FLUSH_BYTES));
  }

  /** Takes what the socket itself complains of, such as a message of ICMP: QUIC copes with loss. */
  private static final class LastResort extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("socket {}", ctx.channel().localAddress(), cause);
    }
  }
}
