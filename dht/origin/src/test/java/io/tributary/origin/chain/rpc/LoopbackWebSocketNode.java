package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tributary.origin.chain.RpcEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The WebSocket form of a {@link LoopbackNode}. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails shows in the test.
final class LoopbackWebSocketNode extends LoopbackNode {
  private static final int MAX_FRAME_BYTES = 8 << 20;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel server;

  LoopbackWebSocketNode() {
    server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(1 << 16))
                        .addLast(
                            new WebSocketServerProtocolHandler("/", null, false, MAX_FRAME_BYTES))
                        .addLast(new Requests());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  @Override
  public RpcEndpoint endpoint() {
    return RpcEndpoint.parse(
        "ws://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort() + "/");
  }

  /** Returns the number of open connections. */
  int connections() {
    return connections.size();
  }

  /** Sends a message to everybody who is connected. */
  void say(String text) {
    connections.writeAndFlush(new TextWebSocketFrame(text));
  }

  @Override
  void hangUpAll() {
    connections.close().syncUninterruptibly();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    hangUpAll();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Requests extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame)
        throws Exception {
      Reply reply = reply(new ObjectMapper().readTree(frame.text()));
      if (reply instanceof Reply.Raw raw) {
        context.writeAndFlush(new TextWebSocketFrame(raw.text()));
      } else if (reply instanceof Reply.Odd) {
        context.writeAndFlush(
            new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {'{', '}'})));
      } else if (reply instanceof Reply.HangUp) {
        context.close();
      } else if (reply instanceof Reply.Endless) {
        context.writeAndFlush(new TextWebSocketFrame(false, 0, " "));
        writeOn(context);
      } else if (reply instanceof Reply.Drip) {
        context.writeAndFlush(new TextWebSocketFrame(false, 0, " "));
        context
            .executor()
            .scheduleAtFixedRate(
                () -> context.writeAndFlush(new ContinuationWebSocketFrame(false, 0, " ")),
                10,
                10,
                TimeUnit.MILLISECONDS);
      }
    }

    private void writeOn(ChannelHandlerContext context) {
      ChannelFuture written =
          context.writeAndFlush(new ContinuationWebSocketFrame(false, 0, " ".repeat(64 << 10)));
      written.addListener(
          done -> {
            if (done.isSuccess()) {
              writeOn(context);
            }
          });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      context.close();
    }
  }
}
