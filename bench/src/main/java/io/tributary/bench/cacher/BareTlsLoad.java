package io.tributary.bench.cacher;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Asks a {@link BareTlsServer} for fragments over one connection, some at a time, and decrypts them
 * as a peer does.
 */
final class BareTlsLoad implements AutoCloseable {
  private static final int READ_BYTES = 256 << 10;
  private static final int DIGITS = 3;
  private static final long MAX_NANOS = 60_000_000_000L;
  private static final int END_SECONDS = 60;

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final SslContext tls;

  BareTlsLoad(Path certificate) throws IOException {
    tls =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL_REFCNT)
            .protocols("TLSv1.3")
            .trustManager(certificate.toFile())
            .endpointIdentificationAlgorithm(null)
            .build();
  }

  /**
   * Runs for a while.
   *
   * @param fragments how many there are
   * @param atATime how many are asked for ahead
   */
  Load.Outcome run(int port, int fragments, int atATime, long millis)
      throws IOException, InterruptedException {
    Asking asking = new Asking(fragments, millis);
    SslHandler secured = tls.newHandler(PooledByteBufAllocator.DEFAULT);
    Channel channel =
        new Bootstrap()
            .group(io.group())
            .channelFactory(io::newSocket)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connecting) {
                    connecting.pipeline().addLast(secured, asking);
                  }
                })
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sync()
            .channel();
    try {
      secured.handshakeFuture().sync();
      channel.eventLoop().execute(() -> asking.begin(channel, atATime));
      return asking.ended.get(
          millis + TimeUnit.SECONDS.toMillis(END_SECONDS), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("bare TLS: " + e, e);
    } finally {
      channel.close().sync();
    }
  }

  @Override
  public void close() {
    io.close();
  }

  private static final class Asking extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Load.Outcome> ended = new CompletableFuture<>();
    private final Queue<Long> asked = new ArrayDeque<>();
    private final Histogram times = new Histogram(MAX_NANOS, DIGITS);
    private final int fragments;
    private final long nanos;
    private long began;
    private long bytes;
    private long answers;
    private int next;

    Asking(int fragments, long millis) {
      this.fragments = fragments;
      this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void begin(Channel channel, int atATime) {
      began = System.nanoTime();
      for (int i = 0; i < atATime; i++) {
        ask(channel, began);
      }
    }

    private void ask(Channel channel, long now) {
      asked.add(now);
      channel.writeAndFlush(
          channel.alloc().directBuffer(Integer.BYTES).writeInt(next++ % fragments),
          channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      bytes += data.readableBytes();
      data.release();
      while (bytes >= (answers + 1) * GuestLoad.BYTES) {
        answers++;
        long now = System.nanoTime();
        times.recordValue(Math.min(MAX_NANOS, now - asked.remove()));
        if (now - began < nanos) {
          ask(ctx.channel(), now);
        } else if (asked.isEmpty()) {
          ended.complete(new Load.Outcome(answers, bytes, now - began, times));
        }
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      ended.completeExceptionally(new IOException("the server hung up"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ended.completeExceptionally(cause);
      ctx.close();
    }
  }
}
