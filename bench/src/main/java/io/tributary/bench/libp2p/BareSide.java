package io.tributary.bench.libp2p;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.tls.HostCertificate;
import io.tributary.libp2p.transport.IoEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Netty without a host: a socket, or TLS by BoringSSL on a socket, tuned as the host's own. It is
 * what the host is compared with.
 *
 * <p>The first byte from the client says what the server does: {@value #SEND} to send without end,
 * {@value #ECHO} to send back what comes.
 */
final class BareSide implements Side {

  private static final int SEND = 1;
  private static final int ECHO = 0;
  private static final int WRITE_BYTES = 64 << 10;
  private static final int READ_BYTES = 256 << 10;
  private static final int HIGH_WATER_BYTES = 1 << 20;
  private static final int PING_BYTES = 32;
  private static final int MAX_PINGS = 1 << 20;

  private final IoEngine io = HostRow.engine();
  private final EventLoop loop = io.group().next();
  private final Optional<SslContext> tls;
  private final InetSocketAddress server;
  private @Nullable Channel channel;
  private long received;

  private BareSide(Optional<SslContext> tls, Optional<InetSocketAddress> server) {
    this.tls = tls;
    this.server = server.orElseGet(this::listen);
  }

  static BareSide server(Row row) {
    return new BareSide(tls(row, true), Optional.empty());
  }

  static BareSide client(Row row, String address) {
    int colon = address.lastIndexOf(':');
    return new BareSide(
        tls(row, false),
        Optional.of(
            new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))));
  }

  private static Optional<SslContext> tls(Row row, boolean server) {
    if (row == Row.RAW) {
      return Optional.empty();
    }
    SecureRandom random = new SecureRandom();
    HostCertificate certificate =
        HostCertificate.issue(PrivateKey.generate(random), Instant.now(), random);
    SslContextBuilder builder =
        server
            ? SslContextBuilder.forServer(certificate.key(), certificate.certificate())
                .clientAuth(ClientAuth.REQUIRE)
            : SslContextBuilder.forClient()
                .keyManager(certificate.key(), certificate.certificate())
                .endpointIdentificationAlgorithm(null);
    try {
      return Optional.of(
          builder
              .sslProvider(SslProvider.OPENSSL)
              .protocols("TLSv1.3")
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("BoringSSL refuses TLS 1.3", e);
    }
  }

  private InetSocketAddress listen() {
    Channel listening =
        new ServerBootstrap()
            .group(io.group())
            .channelFactory(io::newServerSocket)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES))
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    tls.ifPresent(context -> accepted.pipeline().addLast(handler(context)));
                    accepted.pipeline().addLast(new Server());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return (InetSocketAddress) listening.localAddress();
  }

  private static SslHandler handler(SslContext context) {
    return context.newHandler(PooledByteBufAllocator.DEFAULT);
  }

  @Override
  public String address() {
    return server.getAddress().getHostAddress() + ":" + server.getPort();
  }

  @Override
  public Map<String, ?> carryOut(String command, long... arguments) throws Exception {
    return switch (command) {
      case "usage" -> LoopUsage.read(loop, () -> received);
      case "connect" -> Map.of("nanos", connect(new ChannelInboundHandlerAdapter()));
      case "start" -> {
        connect(new Sink());
        connected().writeAndFlush(connected().alloc().directBuffer(1).writeByte(SEND)).sync();
        yield Map.of();
      }
      case "stop" -> {
        connected().close().sync();
        yield Map.of("resets", 0);
      }
      case "ping" -> ping(arguments[0]);
      default -> throw new IllegalArgumentException("no command " + command);
    };
  }

  private Channel connected() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current;
  }

  private long connect(ChannelInboundHandlerAdapter handler) throws InterruptedException {
    if (channel != null) {
      channel.close().sync();
    }
    long began = System.nanoTime();
    Optional<SslHandler> secured = tls.map(BareSide::handler);
    channel =
        new Bootstrap()
            .group(loop)
            .channelFactory(io::newSocket)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connecting) {
                    secured.ifPresent(connecting.pipeline()::addLast);
                    connecting.pipeline().addLast(handler);
                  }
                })
            .connect(server)
            .sync()
            .channel();
    if (secured.isPresent()) {
      secured.get().handshakeFuture().sync();
    }
    return System.nanoTime() - began;
  }

  private Map<String, ?> ping(long millis) throws InterruptedException {
    Promise<Percentiles> done = loop.newPromise();
    Pinger pinger = new Pinger(millis, done);
    connect(pinger);
    Channel current = connected();
    current.writeAndFlush(current.alloc().directBuffer(1).writeByte(ECHO)).sync();
    loop.execute(() -> pinger.send(current));
    Percentiles times = done.sync().getNow();
    return Map.of("p50Nanos", times.at(0.5), "p99Nanos", times.at(0.99));
  }

  @Override
  public void close() {
    io.close();
  }

  /** Sends the same buffer for ever, or back what comes. */
  private static final class Server extends ChannelInboundHandlerAdapter {
    private int mode = -1;
    private @Nullable ByteBuf zeros;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      if (mode < 0) {
        mode = data.readByte();
        zeros = ctx.alloc().directBuffer(WRITE_BYTES).writeZero(WRITE_BYTES);
      }
      if (mode == ECHO && data.isReadable()) {
        ctx.writeAndFlush(data, ctx.voidPromise());
      } else {
        data.release();
        fill(ctx);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      fill(ctx);
    }

    private void fill(ChannelHandlerContext ctx) {
      ByteBuf source = zeros;
      if (mode != SEND || source == null) {
        return;
      }
      while (ctx.channel().isActive() && ctx.channel().isWritable()) {
        for (int i = 0; i < 4; i++) {
          ctx.write(source.retainedSlice(), ctx.voidPromise());
        }
        ctx.flush();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      mode = -1;
      if (zeros != null) {
        zeros.release();
        zeros = null;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private final class Sink extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      received += data.readableBytes();
      data.release();
    }
  }

  private static final class Pinger extends ChannelInboundHandlerAdapter {
    private final Promise<Percentiles> done;
    private final Percentiles times = new Percentiles(MAX_PINGS);
    private final long warmNanos;
    private final long endNanos;
    private int missing;
    private long sentNanos;

    Pinger(long millis, Promise<Percentiles> done) {
      this.done = done;
      long now = System.nanoTime();
      this.warmNanos = now + TimeUnit.MILLISECONDS.toNanos(millis) / 2;
      this.endNanos = now + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void send(Channel to) {
      sentNanos = System.nanoTime();
      missing = PING_BYTES;
      to.writeAndFlush(to.alloc().directBuffer(missing).writeZero(missing), to.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      missing -= data.readableBytes();
      data.release();
      if (missing > 0) {
        return;
      }
      long now = System.nanoTime();
      if (now > warmNanos) {
        times.add(now - sentNanos);
      }
      if (now < endNanos) {
        send(ctx.channel());
      } else {
        done.trySuccess(times);
      }
    }
  }
}
