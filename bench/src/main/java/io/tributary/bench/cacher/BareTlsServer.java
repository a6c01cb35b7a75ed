package io.tributary.bench.cacher;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tributary.libp2p.transport.IoEngine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Netty and BoringSSL over the bytes of the store with nothing of ours between: how fast they can
 * leave this machine encrypted at all, beside which the exchange is measured.
 *
 * <p>A client sends numbers of fragments, four bytes each, and gets the fragments' first {@link
 * GuestLoad#BYTES} one after another, without any head.
 */
final class BareTlsServer implements AutoCloseable {
  /** As the host writes. */
  static final int WRITE_BYTES = 64 << 10;

  private static final int HIGH_WATER_BYTES = 1 << 20;
  private static final int WRITES_PER_FLUSH = 4;

  private final Channel listener;

  /**
   * Begins to listen.
   *
   * @param fragments gives a fragment by its number, to be released
   */
  BareTlsServer(IoEngine io, Path certificate, Path key, IntFunction<ByteBuf> fragments)
      throws SSLException {
    SslContext tls =
        SslContextBuilder.forServer(certificate.toFile(), key.toFile())
            .sslProvider(SslProvider.OPENSSL_REFCNT)
            .protocols("TLSv1.3")
            .build();
    listener =
        new ServerBootstrap()
            .group(io.group())
            .channelFactory(io::newServerSocket)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(HIGH_WATER_BYTES / 2, HIGH_WATER_BYTES))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted
                        .pipeline()
                        .addLast(tls.newHandler(accepted.alloc()), new Answers(fragments));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
  }

  /** Sends what was asked for, as long as the socket takes it. */
  private static final class Answers extends ChannelInboundHandlerAdapter {
    private final IntFunction<ByteBuf> fragments;
    private final Queue<Integer> asked = new ArrayDeque<>();
    private @Nullable ByteBuf sending;

    Answers(IntFunction<ByteBuf> fragments) {
      this.fragments = fragments;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf numbers = (ByteBuf) message;
      // A client's number is one record, so it comes in one piece.
      while (numbers.readableBytes() >= Integer.BYTES) {
        asked.add(numbers.readInt());
      }
      numbers.release();
      send(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
      while (ctx.channel().isWritable() && ctx.channel().isActive()) {
        int writes = 0;
        while (writes < WRITES_PER_FLUSH && (sending != null || !asked.isEmpty())) {
          ByteBuf from = sending == null ? next() : sending;
          ctx.write(
              from.readRetainedSlice(Math.min(WRITE_BYTES, from.readableBytes())),
              ctx.voidPromise());
          sending = from.isReadable() ? from : ended(from);
          writes++;
        }
        if (writes == 0) {
          return;
        }
        ctx.flush();
      }
    }

    private ByteBuf next() {
      return fragments.apply(asked.remove()).readerIndex(0).writerIndex(GuestLoad.BYTES);
    }

    private static @Nullable ByteBuf ended(ByteBuf sent) {
      sent.release();
      return null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      asked.clear();
      if (sending != null) {
        sending = ended(sending);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
