package io.tributary.libp2p.security;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * The last handler of a handshake: holds back what is read until the next handlers are in place,
 * then lets it through and leaves the pipeline.
 *
 * <p>While it holds anything it turns the channel's auto-read off, so it holds at most what one
 * read of the channel yields; handlers behind see the channel as it was.
 */
final class PlaintextGate extends ChannelInboundHandlerAdapter {
  private final ArrayDeque<Object> held = new ArrayDeque<>(4);
  private boolean wasAutoRead;
  private boolean inactive;

  /** Lets everything through. Must be called on the event loop, once. */
  void open(ChannelHandlerContext ctx) {
    boolean any = !held.isEmpty();
    for (Object message = held.poll(); message != null; message = held.poll()) {
      ctx.fireChannelRead(message);
    }
    if (any) {
      ctx.fireChannelReadComplete();
      if (wasAutoRead) {
        ctx.channel().config().setAutoRead(true);
      }
    }
    if (inactive) {
      ctx.fireChannelInactive();
    }
    ctx.pipeline().remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (held.isEmpty()) {
      wasAutoRead = ctx.channel().config().isAutoRead();
      ctx.channel().config().setAutoRead(false);
    }
    held.add(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Nothing was passed on, so there is nothing to complete; open() completes what it delivers.
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    inactive = true;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
