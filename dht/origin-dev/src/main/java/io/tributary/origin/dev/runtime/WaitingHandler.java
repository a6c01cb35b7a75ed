package io.tributary.origin.dev.runtime;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection's pipeline that may wait for a disk: what happens on the connection is
 * handed from its event loop to other threads, one thing after the other.
 *
 * <p>All protected methods a subclass overrides run on those threads and never two at a time, so a
 * subclass needs no locks. It gets one message for each time it {@linkplain #ask asks}; with
 * automatic reading off, no more is taken from the socket before all that came with the last
 * reading was asked for.
 */
public abstract class WaitingHandler extends ChannelInboundHandlerAdapter {
  private final String server;
  private final Executor threads;
  private final Queue<Task> tasks = new ArrayDeque<>();
  private boolean running;

  // Of the event loop alone.
  private final Queue<Object> arrived = new ArrayDeque<>();
  private boolean asked;

  /** One thing to do, and the message it is about, which is released afterwards. */
  private record Task(ChannelHandlerContext ctx, Object message, Runnable action) {}

  /**
   * @param server what the log calls the server
   * @param threads the threads that may wait
   */
  protected WaitingHandler(String server, Executor threads) {
    this.server = server;
    this.threads = threads;
  }

  /** The connection is there; asks for the first message. */
  protected void connected(ChannelHandlerContext ctx) {
    ask(ctx);
  }

  /** A message came; it is released when the method returns. */
  protected abstract void received(ChannelHandlerContext ctx, Object message);

  /** The connection can take more bytes, or no more. */
  protected void writabilityChanged(ChannelHandlerContext ctx) {}

  /** Another handler has something to say. */
  protected void told(ChannelHandlerContext ctx, Object event) {}

  /** The connection is gone. */
  protected void disconnected(ChannelHandlerContext ctx) {}

  /** Asks for one message; asking again before it came asks for the same one. */
  protected final void ask(ChannelHandlerContext ctx) {
    if (ctx.executor().inEventLoop()) {
      asked = true;
      if (!hand(ctx)) {
        ctx.read();
      }
    } else {
      ctx.executor().execute(() -> ask(ctx));
    }
  }

  /** Closes the connection. */
  protected static void close(ChannelHandlerContext ctx) {
    ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** Does something in turn with what happens on the connection. */
  protected final void run(ChannelHandlerContext ctx, Runnable action) {
    submit(new Task(ctx, ctx, action));
  }

  /** Does something in turn when a write has succeeded; if it fails the connection is closed. */
  protected final void after(ChannelHandlerContext ctx, ChannelFuture written, Runnable action) {
    written.addListener(
        done -> {
          if (done.isSuccess()) {
            run(ctx, action);
          } else {
            close(ctx);
          }
        });
  }

  /** Does something in turn after some time. */
  protected final void later(ChannelHandlerContext ctx, long nanos, Runnable action) {
    ctx.executor()
        .schedule(() -> run(ctx, action), nanos, TimeUnit.NANOSECONDS)
        .addListener(
            scheduled -> {
              if (!scheduled.isSuccess()) {
                close(ctx);
              }
            });
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    run(ctx, () -> connected(ctx));
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    arrived.add(message);
    hand(ctx);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    if (asked) {
      ctx.read();
    }
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    run(ctx, () -> writabilityChanged(ctx));
  }

  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    run(ctx, () -> told(ctx, event));
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    arrived.forEach(ReferenceCountUtil::release);
    arrived.clear();
    run(ctx, () -> disconnected(ctx));
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A broken connection and bytes that are not the protocol are the caller's affair.
    if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
      OperatorLog.requestFailed(server, cause);
    }
    close(ctx);
  }

  private boolean hand(ChannelHandlerContext ctx) {
    if (!asked || arrived.isEmpty()) {
      return false;
    }
    asked = false;
    Object message = arrived.remove();
    submit(new Task(ctx, message, () -> received(ctx, message)));
    return true;
  }

  private void submit(Task task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    proceed();
  }

  private void proceed() {
    try {
      threads.execute(this::runNext);
    } catch (RejectedExecutionException stopping) {
      abandon();
    }
  }

  private void runNext() {
    Task task;
    synchronized (tasks) {
      task = tasks.element();
    }
    try {
      task.action().run();
    } catch (RuntimeException e) {
      OperatorLog.requestFailed(server, e);
      close(task.ctx());
    } finally {
      ReferenceCountUtil.release(task.message());
    }
    synchronized (tasks) {
      tasks.remove();
      if (tasks.isEmpty()) {
        running = false;
        return;
      }
    }
    proceed();
  }

  /** Gives up everything that waits, because the threads are stopping. */
  private void abandon() {
    synchronized (tasks) {
      for (Task task : tasks) {
        ReferenceCountUtil.release(task.message());
        close(task.ctx());
      }
      tasks.clear();
    }
  }
}
