package io.tributary.origin.dev.rpc;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/** What turns a connection that asks for it into a WebSocket and lets other requests pass. */
final class RpcUpgrade extends ChannelInboundHandlerAdapter {
  private static final long HANDSHAKE_MILLIS = 10_000;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof FullHttpRequest request
        && request
            .headers()
            .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      ChannelPipeline pipeline = ctx.pipeline();
      WebSocketServerProtocolConfig config =
          WebSocketServerProtocolConfig.newBuilder()
              .websocketPath("/")
              .checkStartsWith(true)
              .dropPongFrames(false)
              .handshakeTimeoutMillis(HANDSHAKE_MILLIS)
              .maxFramePayloadLength(RpcDispatch.MAX_REQUEST_BYTES)
              .build();
      pipeline.addAfter(ctx.name(), "whole-frames", new WholeFrames());
      pipeline.addAfter(ctx.name(), "web-socket", new WebSocketServerProtocolHandler(config));
      ctx.fireChannelRead(message);
      pipeline.remove(this);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /** Puts the frames of a message together, and ends a connection whose message is too large. */
  private static final class WholeFrames extends WebSocketFrameAggregator {
    WholeFrames() {
      super(RpcDispatch.MAX_REQUEST_BYTES);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, WebSocketFrame oversized) {
      ctx.writeAndFlush(
              new CloseWebSocketFrame(
                  WebSocketCloseStatus.MESSAGE_TOO_BIG,
                  "a request has at most " + RpcDispatch.MAX_REQUEST_BYTES + " bytes"))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }
}
