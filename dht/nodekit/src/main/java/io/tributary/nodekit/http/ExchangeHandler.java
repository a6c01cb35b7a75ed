package io.tributary.nodekit.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the exchanges of one HTTP/1.1 connection, one after another, or the one exchange of an
 * HTTP/2 stream, and watches the clock over them: whoever is being waited for, there is a limit to
 * it.
 */
final class ExchangeHandler extends ChannelInboundHandlerAdapter implements Exchange.Line {
  /** Who is being waited for. */
  private enum Phase {
    /** Nobody: no request is under way. */
    IDLE,
    /** The client, to complete its request. */
    RECEIVING,
    /** The handler or the body's source. */
    ANSWERING,
    /** The client, to take bytes. */
    SENDING
  }

  private static final long LONGEST_CHECK_MILLIS = 1000;
  private static final long SHORTEST_CHECK_MILLIS = 20;

  private final ServerParts parts;
  private final boolean isHttp2;
  private final Queue<Incoming> waiting = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> watch;
  private @Nullable Exchange current;
  private Phase phase;
  private long sinceNanos = System.nanoTime();
  private boolean isDraining;

  ExchangeHandler(ServerParts parts, boolean isHttp2) {
    this.parts = parts;
    this.isHttp2 = isHttp2;
    this.phase = isHttp2 ? Phase.RECEIVING : Phase.IDLE;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    HttpLimits limits = parts.limits();
    long shortest =
        Math.min(
            Math.min(limits.receiveWithin().toMillis(), limits.answerWithin().toMillis()),
            Math.min(limits.stalledFor().toMillis(), limits.idleFor().toMillis()));
    long every = Math.max(SHORTEST_CHECK_MILLIS, Math.min(LONGEST_CHECK_MILLIS, shortest / 4));
    watch = ctx.executor().scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (watch != null) {
      watch.cancel(false);
    }
    leave();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (watch != null) {
      watch.cancel(false);
    }
    leave();
    ctx.fireChannelInactive();
  }

  /** Whether a request that comes now is the only one, and may be answered. */
  boolean isIdle() {
    return phase == Phase.IDLE && !isDraining;
  }

  /** A request was answered past this handler. */
  void answeredQuickly() {
    enter(Phase.IDLE);
  }

  /** Bytes came, of whatever. */
  void bytesArrived() {
    if (phase == Phase.IDLE) {
      enter(Phase.RECEIVING);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof Incoming incoming)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (current == null) {
      begin(ctx, incoming);
      return;
    }
    waiting.add(incoming);
    if (waiting.size() >= parts.limits().maxPipelined()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == LineEvent.CONTENT_WAITS_FOR_CONTINUE) {
      if (current == null) {
        ctx.writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
      }
    } else if (event == LineEvent.DRAIN) {
      isDraining = true;
      if (current == null && !isHttp2) {
        ctx.close();
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && current != null) {
      current.becameWritable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    HttpLog.broken("of " + ctx.channel().remoteAddress(), cause);
    leave();
    ctx.close();
  }

  @Override
  public void waitsForAnswer() {
    enter(Phase.ANSWERING);
  }

  @Override
  public void waitsForClient() {
    enter(Phase.SENDING);
  }

  @Override
  public void done(boolean keepAlive) {
    current = null;
    ChannelHandlerContext ctx = context();
    if (isHttp2) {
      enter(Phase.SENDING);
      return;
    }
    if (!keepAlive || isDraining) {
      ctx.close();
      return;
    }
    enter(Phase.IDLE);
    Incoming next = waiting.poll();
    ctx.channel().config().setAutoRead(true);
    if (next != null) {
      begin(ctx, next);
    }
  }

  @Override
  public void breakOff() {
    current = null;
    enter(Phase.SENDING);
    // What was right so far still leaves; then the end comes early, which the client notices.
    context()
        .writeAndFlush(
            isHttp2 ? new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR) : Unpooled.EMPTY_BUFFER)
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public boolean takesFiles() {
    return !isHttp2 && context().pipeline().get(SslHandler.class) == null;
  }

  @Override
  public boolean mayKeepAlive() {
    return !isDraining;
  }

  private void begin(ChannelHandlerContext ctx, Incoming incoming) {
    HttpRequest head = incoming.head();
    String target = head.uri();
    Optional<String> path = pathOf(target);
    Request request =
        new Request(
            parts.traceIds().get(),
            head.method().name(),
            target,
            path.orElse("/"),
            Map.of(),
            head.headers(),
            incoming.body(),
            remote(ctx.channel()),
            isSecure(ctx.channel()));
    boolean keepAlive = incoming.refusal().isEmpty() && HttpUtil.isKeepAlive(head);
    Exchange exchange = new Exchange(this, ctx, parts, request, head.protocolVersion(), keepAlive);
    current = exchange;
    if (incoming.refusal().isPresent()) {
      exchange.refuse(incoming.refusal().get());
    } else if (path.isEmpty()) {
      exchange.refuse(HttpProblem.badRequest("the address is not a path", null));
    } else {
      exchange.handle();
    }
  }

  private void look() {
    Duration inPhase = Duration.ofNanos(System.nanoTime() - sinceNanos);
    HttpLimits limits = parts.limits();
    switch (phase) {
      case IDLE -> {
        if (inPhase.compareTo(limits.idleFor()) > 0) {
          context().close();
        }
      }
      case RECEIVING -> {
        if (inPhase.compareTo(limits.receiveWithin()) > 0 && current == null) {
          begin(context(), late(limits.receiveWithin()));
        }
      }
      case ANSWERING -> {
        if (inPhase.compareTo(limits.answerWithin()) > 0 && current != null) {
          current.overdue(limits.answerWithin());
        }
      }
      case SENDING -> {
        if (inPhase.compareTo(limits.stalledFor()) > 0) {
          leave();
          context().close();
        }
      }
    }
  }

  private static Incoming late(Duration limit) {
    return new Incoming(
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"),
        ByteBuffer.allocate(0),
        Optional.of(
            new HttpProblem(
                408,
                "REQUEST_TIMEOUT",
                "the request did not arrive within " + limit.toSeconds() + " s",
                "send it faster")));
  }

  private void leave() {
    waiting.clear();
    Exchange exchange = current;
    if (exchange != null) {
      current = null;
      exchange.gone();
    }
  }

  private void enter(Phase next) {
    phase = next;
    sinceNanos = System.nanoTime();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  /** Returns the path of {@code /a?b}, {@code http://host/a?b} and {@code *}. */
  private static Optional<String> pathOf(String target) {
    int end = target.indexOf('?');
    String path = end < 0 ? target : target.substring(0, end);
    if (path.startsWith("/") || path.equals("*")) {
      return Optional.of(path);
    }
    int authority = path.indexOf("://");
    if (authority < 0) {
      return Optional.empty();
    }
    int slash = path.indexOf('/', authority + 3);
    return Optional.of(slash < 0 ? "/" : path.substring(slash));
  }

  private static boolean isSecure(Channel channel) {
    Channel socket = channel instanceof Http2StreamChannel ? channel.parent() : channel;
    return socket.pipeline().get(SslHandler.class) != null;
  }

  private static InetSocketAddress remote(Channel channel) {
    Channel socket = channel instanceof Http2StreamChannel ? channel.parent() : channel;
    return socket.remoteAddress() instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("closed", 0);
  }
}
