package io.tributary.origin.dev.rpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.timeout.IdleStateEvent;
import io.tributary.origin.dev.runtime.SmallRequests;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * One connection to a dev chain: takes a request or, once it is a WebSocket, a frame, answers it,
 * then takes the next.
 *
 * <p>A WebSocket that is idle is pinged; one that does not even answer a ping is closed.
 */
final class RpcConnection extends SmallRequests {
  private final RpcDispatch dispatch;
  private boolean isWebSocket;
  private boolean pinged;

  RpcConnection(Executor threads, RpcDispatch dispatch, Answering http) {
    super("the dev chain", threads, http);
    this.dispatch = dispatch;
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame frame)) {
      super.received(ctx, message);
      return;
    }
    pinged = false;
    boolean isCall = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
    Optional<byte[]> answer =
        isCall ? dispatch.answer(ByteBufUtil.getBytes(frame.content())) : Optional.empty();
    if (answer.isEmpty()) {
      ask(ctx);
    } else {
      after(
          ctx,
          ctx.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(answer.get()))),
          () -> ask(ctx));
    }
  }

  @Override
  protected void told(ChannelHandlerContext ctx, Object event) {
    if (event instanceof HandshakeComplete) {
      isWebSocket = true;
      ask(ctx);
    } else if (event instanceof IdleStateEvent && isWebSocket && !pinged) {
      pinged = true;
      ctx.writeAndFlush(new PingWebSocketFrame())
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } else {
      super.told(ctx, event);
    }
  }
}
