package io.tributary.libp2p.throughput;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.AeadProvider;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.security.tls.TlsProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that measures how fast one secured TCP connection on loopback is, without a muxer: this
 * process receives, a second one sends.
 *
 * <p>Usage: {@code SecurityThroughput LAYER [SECONDS [WRITE_BYTES]]}, where LAYER is {@code none},
 * {@code noise}, {@code noise-jdk}, {@code tls} or {@code tls-jdk}. Prints the steady rate of plain
 * bytes, and the processor time and the heap bytes allocated per GiB by each side.
 */
public final class SecurityThroughput {
  private static final int WARM_UP_SECONDS = 3;
  private static final int HIGH_WATER_BYTES = 1 << 20;

  private SecurityThroughput() {}

  /** See above. */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("sender")) {
      send(args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
      return;
    }
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    String writeBytes = args.length > 2 ? args[2] : "65536";
    receive(args[0], seconds, writeBytes);
  }

  private static void receive(String layer, int seconds, String writeBytes) throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Sink sink = new Sink();
    ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    Optional<SecurityProtocol> security = protocol(layer);
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(2048, 65536, 262144))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.add(channel);
                    secure(channel, security, Role.RESPONDER, sink);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) server.localAddress()).getPort();
    Process sender =
        TwoProcesses.start(SecurityThroughput.class, "sender", layer, writeBytes, "" + port);
    TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
    Usage before = group.submit(() -> Usage.now(sink.bytes)).get();
    TimeUnit.SECONDS.sleep(seconds);
    Usage after = group.submit(() -> Usage.now(sink.bytes)).get();
    System.out.println(layer + " " + Runtime.version() + ": receiver " + after.since(before));
    accepted.close().sync();
    server.close().sync();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    sender.waitFor();
  }

  private static void send(String layer, int writeBytes, int port) throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Source source = new Source(writeBytes);
    Optional<SecurityProtocol> security = protocol(layer);
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(EpollSocketChannel.class)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel each) {
                    each.pipeline()
                        .addLast(
                            new ChannelInboundHandlerAdapter() {
                              @Override
                              public void channelActive(ChannelHandlerContext ctx) {
                                secure(each, security, Role.INITIATOR, source);
                                ctx.pipeline().remove(this);
                              }
                            });
                  }
                })
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sync()
            .channel();
    TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
    Usage before = group.submit(() -> Usage.now(source.bytes)).get();
    channel.closeFuture().sync();
    Usage after = group.submit(() -> Usage.now(source.bytes)).get();
    System.out.println(layer + " " + Runtime.version() + ": sender   " + after.since(before));
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private static void secure(
      Channel channel,
      Optional<SecurityProtocol> security,
      Role role,
      ChannelInboundHandlerAdapter next) {
    if (security.isEmpty()) {
      channel.pipeline().addLast(next);
      return;
    }
    Future<SecureSession> session =
        security.get().secure(channel, role, Optional.empty(), List.of("/yamux/1.0.0"));
    session.addListener(
        done -> {
          if (!done.isSuccess()) {
            throw new IllegalStateException(done.cause());
          }
          channel.pipeline().addLast(next);
        });
  }

  private static Optional<SecurityProtocol> protocol(String layer) {
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    return switch (layer.toLowerCase(Locale.ROOT)) {
      case "none" -> Optional.empty();
      case "noise" -> Optional.of(new NoiseProtocol(identity));
      case "noise-jdk" ->
          Optional.of(
              new NoiseProtocol(
                  identity,
                  AeadProvider.JDK,
                  SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE,
                  new SecureRandom()));
      case "tls" -> Optional.of(new TlsProtocol(identity));
      case "tls-jdk" ->
          Optional.of(
              new TlsProtocol(
                  new CertificateRotation(identity, InstantSource.system(), new SecureRandom()),
                  TlsProvider.JDK,
                  SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE));
      default -> throw new IllegalArgumentException("no layer " + layer);
    };
  }

  private static final class Sink extends ChannelInboundHandlerAdapter {
    private long bytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      bytes += data.readableBytes();
      data.release();
    }
  }

  private static final class Source extends ChannelInboundHandlerAdapter {
    private final int writeBytes;
    private long bytes;

    Source(int writeBytes) {
      this.writeBytes = writeBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      fill(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      fill(ctx);
    }

    private void fill(ChannelHandlerContext ctx) {
      while (ctx.channel().isActive() && ctx.channel().isWritable()) {
        for (int i = 0; i < 16; i++) {
          ctx.write(
              ctx.alloc().directBuffer(writeBytes).writerIndex(writeBytes), ctx.voidPromise());
          bytes += writeBytes;
        }
        ctx.flush();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
