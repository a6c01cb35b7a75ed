package io.tributary.origin.dev.miner;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.tributary.content.Layout;
import io.tributary.origin.dev.miner.Answer.Bytes;
import io.tributary.origin.dev.miner.Answer.End;
import io.tributary.origin.dev.miner.Answer.Message;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.dev.runtime.WaitingHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a miner: receives a request, answers it, and then takes the next.
 *
 * <pre>{@code
 *           request                    last piece                  answered
 * READY ---------------> RECEIVING ------------------> ANSWERING -------------> READY
 *                            |                             |
 *                            +-- refused early, too large -+--> CLOSING
 * }</pre>
 *
 * <p>While it answers, exactly one more message is asked for: to notice that the caller has gone.
 * If that is the next request, it waits.
 */
final class MinerHandler extends WaitingHandler {
  /** The most bytes of a request's body: a fragment and the form around it. */
  static final long MAX_BODY_BYTES = Layout.FRAGMENT_BYTES + FragmentUpload.MAX_UNPARSED_BYTES;

  /** How long a stalled answer keeps the connection open at most. */
  static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  /** How much of a refused body is still read, so that the caller gets to see the refusal. */
  static final long MAX_DRAINED_BYTES = 4L * Layout.FRAGMENT_BYTES;

  private static final Duration LINGER = Duration.ofSeconds(2);

  private enum Phase {
    READY,
    RECEIVING,
    ANSWERING,
    CLOSING
  }

  private final String miner;
  private final MinerApi api;
  private Phase phase = Phase.READY;
  private boolean keepAlive;
  private long receivedBytes;
  private @Nullable Receiver receiver;
  private @Nullable BodyWriter writer;
  private @Nullable Object early;

  MinerHandler(String miner, Executor threads, MinerApi api) {
    super("dev miner " + miner, threads);
    this.miner = miner;
    this.api = api;
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.ANSWERING && early == null) {
      early = ReferenceCountUtil.retain(message);
      return;
    }
    try {
      if (phase == Phase.CLOSING) {
        drain(ctx, message);
      } else if (message instanceof HttpObject http && http.decoderResult().isFailure()) {
        answerAndClose(ctx, Message.of(HttpResponseStatus.BAD_REQUEST, "this is not HTTP"));
      } else if (phase == Phase.READY && message instanceof HttpRequest request) {
        begin(ctx, request);
      } else if (phase == Phase.RECEIVING && message instanceof HttpContent piece) {
        receive(ctx, piece);
      }
    } catch (IOException e) {
      OperatorLog.diskFailed(miner, e);
      answerAndClose(ctx, Message.of(Envelope.FAILED, "the miner's disk failed; try another one"));
    }
  }

  @Override
  protected void writabilityChanged(ChannelHandlerContext ctx) {
    if (writer != null) {
      writer.pump();
    }
  }

  @Override
  protected void told(ChannelHandlerContext ctx, Object event) {
    boolean waiting = phase == Phase.READY || (phase == Phase.RECEIVING && !isPaced());
    if (event instanceof IdleStateEvent && waiting) {
      close(ctx);
    }
  }

  @Override
  protected void disconnected(ChannelHandlerContext ctx) {
    phase = Phase.CLOSING;
    if (receiver != null) {
      receiver.close();
    }
    if (writer != null) {
      stop(writer);
    }
    ReferenceCountUtil.release(early);
    early = null;
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) throws IOException {
    keepAlive = HttpUtil.isKeepAlive(request);
    receivedBytes = 0;
    phase = Phase.RECEIVING;
    Receiver begun = api.receive(request);
    receiver = begun;
    if (HttpUtil.getContentLength(request, 0L) > MAX_BODY_BYTES) {
      answerAndClose(ctx, tooLarge());
    } else if (!HttpUtil.is100ContinueExpected(request)) {
      ask(ctx);
    } else if (begun.ignoresBody()) {
      answerAndClose(ctx, begun.finish());
    } else {
      ctx.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      ask(ctx);
    }
  }

  private void receive(ChannelHandlerContext ctx, HttpContent piece) throws IOException {
    Receiver present = presentReceiver();
    int bytes = piece.content().readableBytes();
    receivedBytes += bytes;
    if (receivedBytes > present.cutAfterBytes()) {
      phase = Phase.CLOSING;
      close(ctx);
    } else if (receivedBytes > MAX_BODY_BYTES) {
      answerAndClose(ctx, tooLarge());
    } else {
      present.offer(piece);
      if (piece instanceof LastHttpContent) {
        Answer answer = present.finish();
        phase = Phase.ANSWERING;
        ask(ctx);
        send(ctx, answer);
      } else {
        readAfter(ctx, bytes, present.bytesPerSecond());
      }
    }
  }

  private void drain(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpContent piece) {
      receivedBytes += piece.content().readableBytes();
    }
    if (message instanceof LastHttpContent || receivedBytes > MAX_DRAINED_BYTES) {
      close(ctx);
    } else {
      ask(ctx);
    }
  }

  private void readAfter(ChannelHandlerContext ctx, int bytes, long bytesPerSecond) {
    if (bytesPerSecond == BodyWriter.UNLIMITED) {
      ask(ctx);
    } else {
      double seconds = (double) bytes / bytesPerSecond;
      long nanos = (long) (Math.min(seconds, (double) MAX_SILENCE.toSeconds()) * 1e9);
      later(ctx, nanos, () -> ask(ctx));
    }
  }

  private void answerAndClose(ChannelHandlerContext ctx, Answer answer) {
    phase = Phase.CLOSING;
    keepAlive = false;
    send(ctx, answer);
  }

  private void send(ChannelHandlerContext ctx, Answer answer) {
    closeReceiver();
    if (answer instanceof Message message) {
      sendMessage(ctx, message);
    } else if (answer instanceof Bytes bytes) {
      sendBytes(ctx, bytes);
    } else {
      silence(ctx);
    }
  }

  private void sendMessage(ChannelHandlerContext ctx, Message message) {
    byte[] body = message.envelope().toBytes();
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, message.status(), Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
    setLength(response, body.length);
    after(ctx, ctx.writeAndFlush(response), () -> next(ctx));
  }

  private void sendBytes(ChannelHandlerContext ctx, Bytes bytes) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, bytes.status());
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    setLength(head, bytes.body().lengthBytes());
    ctx.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    Optional<FileRegion> region = bytes.isPlain() ? bytes.body().toRegion() : Optional.empty();
    if (region.isPresent()) {
      ctx.write(region.get()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      finish(ctx);
      return;
    }
    BodyWriter started =
        new BodyWriter(
            ctx,
            bytes.body(),
            bytes.bytesPerSecond(),
            bytes.until(),
            new BodyWriter.Owner() {
              @Override
              public void done() {
                end(ctx, bytes.end());
              }

              @Override
              public void failed(IOException cause) {
                OperatorLog.diskFailed(miner, cause);
                close(ctx);
              }

              @Override
              public void resumeAfter(long nanos, Runnable action) {
                later(ctx, nanos, action);
              }
            });
    writer = started;
    ctx.flush();
    started.pump();
  }

  private void end(ChannelHandlerContext ctx, End end) {
    writer = null;
    switch (end) {
      case COMPLETE -> finish(ctx);
      case SILENCE -> silence(ctx);
      case CLOSE -> after(ctx, ctx.writeAndFlush(Unpooled.EMPTY_BUFFER), () -> close(ctx));
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    after(ctx, ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), () -> next(ctx));
  }

  private void next(ChannelHandlerContext ctx) {
    if (phase == Phase.CLOSING) {
      // Closing at once would reset a caller that still sends, and lose the answer on its way.
      ask(ctx);
      later(ctx, LINGER.toNanos(), () -> close(ctx));
      return;
    }
    if (!keepAlive) {
      close(ctx);
      return;
    }
    phase = Phase.READY;
    Object waiting = early;
    if (waiting != null) {
      early = null;
      try {
        received(ctx, waiting);
      } finally {
        ReferenceCountUtil.release(waiting);
      }
    }
  }

  private void silence(ChannelHandlerContext ctx) {
    later(ctx, MAX_SILENCE.toNanos(), () -> close(ctx));
  }

  private void setLength(HttpResponse response, long lengthBytes) {
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
    HttpUtil.setKeepAlive(response, keepAlive);
  }

  private boolean isPaced() {
    return receiver != null && receiver.bytesPerSecond() != BodyWriter.UNLIMITED;
  }

  private Receiver presentReceiver() {
    if (receiver == null) {
      throw new IllegalStateException("a body is received only after its request");
    }
    return receiver;
  }

  private void closeReceiver() {
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
  }

  private void stop(BodyWriter started) {
    try {
      started.stop();
    } catch (IOException e) {
      OperatorLog.diskFailed(miner, e);
    }
  }

  private static Message tooLarge() {
    return Message.of(
        Envelope.BAD_REQUEST, "a request's body has at most " + MAX_BODY_BYTES + " bytes");
  }
}
