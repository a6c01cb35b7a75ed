package io.tributary.libp2p.multistream;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A negotiation on a channel, as a handler that leaves the pipeline when it is over. Early bytes of
 * the protocol agreed on reach the handlers that the callback added.
 */
public final class ChannelNegotiator extends ChannelInboundHandlerAdapter {

  /** Told of the outcome, once, on the event loop. */
  public interface Callback {

    /** Both sides agree. Whoever reads the protocol's bytes must be in the pipeline on return. */
    void onAgreed(String protocol);

    /** There is no agreement; the channel is still open, unless that is why. */
    void onFailed(NegotiationException cause);
  }

  private final Negotiation negotiation;
  private final Duration deadline;
  private final Callback callback;
  private @Nullable ScheduledFuture<?> timer;
  private boolean over;

  private ChannelNegotiator(Negotiation negotiation, Duration deadline, Callback callback) {
    this.negotiation = negotiation;
    this.deadline = deadline;
    this.callback = callback;
  }

  /**
   * Starts a negotiation at the end of a channel's pipeline. Must be called on its event loop.
   *
   * @param deadline how long it may take
   */
  public static void start(
      Channel channel, Negotiation negotiation, Duration deadline, Callback callback) {
    channel.pipeline().addLast(new ChannelNegotiator(negotiation, deadline, callback));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer =
        ctx.executor()
            .schedule(
                () -> fail(failure(NegotiationFailure.TIMEOUT, "after " + deadline)),
                deadline.toNanos(),
                NANOSECONDS);
    if (negotiation instanceof Proposer proposer) {
      ByteBuf out = ctx.alloc().directBuffer();
      proposer.open(out);
      flush(ctx, out);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    if (over) {
      in.release();
      return;
    }
    ByteBuf out = ctx.alloc().directBuffer();
    try {
      var agreed = negotiation.receive(in, out);
      flush(ctx, out);
      if (agreed.isPresent()) {
        finish();
        callback.onAgreed(agreed.get());
        if (in.isReadable()) {
          ctx.fireChannelRead(in.retain());
          ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
      }
    } catch (NegotiationException e) {
      flush(ctx, out);
      fail(e);
    } finally {
      in.release();
    }
  }

  private static void flush(ChannelHandlerContext ctx, ByteBuf out) {
    if (out.isReadable()) {
      ctx.writeAndFlush(out, ctx.voidPromise());
    } else {
      out.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(failure(NegotiationFailure.CLOSED, "the channel ended"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    NegotiationException failure =
        failure(NegotiationFailure.CLOSED, String.valueOf(cause.getMessage()));
    failure.initCause(cause);
    fail(failure);
  }

  private void finish() {
    over = true;
    ScheduledFuture<?> current = timer;
    if (current != null) {
      current.cancel(false);
    }
  }

  private void fail(NegotiationException cause) {
    if (!over) {
      finish();
      callback.onFailed(cause);
    }
  }

  private static NegotiationException failure(NegotiationFailure failure, String detail) {
    return new NegotiationException(failure, detail);
  }
}
