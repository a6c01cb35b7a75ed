package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Runs on the connection's event loop.
 *
 * <p>It ends in one of three ways: the whole answer was taken by the client ({@link Line#done}), it
 * could not be completed after its head had left ({@link Line#breakOff}), or the client is gone.
 */
final class Exchange implements BodyPump.Outlet {
  /** The connection or stream that carries it. */
  interface Line {
    /** The exchange waits for its handler or its source from now on. */
    void waitsForAnswer();

    /** The exchange waits for the client from now on; again with each step the client takes. */
    void waitsForClient();

    /** The last byte of the answer was taken. */
    void done(boolean keepAlive);

    /** The answer cannot be completed: the client must notice. */
    void breakOff();

    /** Whether the kernel can send files into it. */
    boolean takesFiles();

    /** Whether another request may follow. */
    boolean mayKeepAlive();
  }

  private final Line line;
  private final ChannelHandlerContext ctx;
  private final ServerParts parts;
  private final Request request;
  private final HttpVersion version;
  private final boolean clientKeepsAlive;
  private final long beganNanos = System.nanoTime();
  private final ChannelFutureListener progress;
  private @Nullable CompletableFuture<Response> handling;
  private @Nullable Response response;
  private @Nullable BodyPump pump;
  private long lengthBytes;
  private boolean keepsAlive;
  private boolean headIsSent;
  private boolean isOver;

  Exchange(
      Line line,
      ChannelHandlerContext ctx,
      ServerParts parts,
      Request request,
      HttpVersion version,
      boolean clientKeepsAlive) {
    this.line = line;
    this.ctx = ctx;
    this.parts = parts;
    this.request = request;
    this.version = version;
    this.clientKeepsAlive = clientKeepsAlive;
    this.progress =
        written -> {
          if (written.isSuccess() && !isOver) {
            line.waitsForClient();
          }
        };
    parts.metrics().began();
  }

  /** Has the handler answer. */
  void handle() {
    line.waitsForAnswer();
    CompletableFuture<Response> stage;
    try {
      stage = parts.handler().handle(request).toCompletableFuture();
    } catch (RuntimeException e) {
      answer(problem(e));
      return;
    }
    handling = stage;
    stage.whenComplete(
        (answer, cause) -> {
          if (ctx.executor().inEventLoop()) {
            handled(answer, cause);
            return;
          }
          try {
            ctx.executor().execute(() -> handled(answer, cause));
          } catch (RejectedExecutionException e) {
            discard(answer);
          }
        });
  }

  /** Answers with a problem, whatever the handler would say. */
  void refuse(HttpProblem problem) {
    CompletableFuture<Response> stage = handling;
    if (stage != null) {
      handling = null;
      stage.cancel(false);
    }
    if (pump != null) {
      pump.stop();
      pump = null;
    }
    answer(problem.toResponse(request.traceId()));
  }

  /** The answer took too long to be had. */
  void overdue(Duration limit) {
    HttpProblem problem =
        new HttpProblem(
            504,
            "TIMEOUT",
            "the content could not be had within " + limit.toSeconds() + " s",
            "ask again later");
    if (headIsSent) {
      fail(problem);
    } else {
      refuse(problem);
    }
  }

  /** The client takes more. */
  void becameWritable() {
    if (pump != null) {
      pump.move();
    }
  }

  /** The client is gone, or is being got rid of: everything upstream is let go. */
  void gone() {
    if (isOver) {
      return;
    }
    end(false);
    CompletableFuture<Response> stage = handling;
    if (stage != null) {
      handling = null;
      stage.cancel(false);
    }
    if (pump != null) {
      pump.stop();
    }
  }

  private void handled(@Nullable Response answer, @Nullable Throwable cause) {
    if (isOver || handling == null) {
      discard(answer);
      return;
    }
    handling = null;
    answer(answer == null ? problem(cause) : answer);
  }

  private void answer(Response answer) {
    response = answer;
    boolean isBodiless = request.isHead() || answer.status() == 304 || answer.status() == 204;
    if (answer.body() instanceof Body.Stream stream) {
      lengthBytes = stream.lengthBytes();
      if (isBodiless) {
        stream.source().close();
        sendWhole(Unpooled.EMPTY_BUFFER);
      } else {
        stream(stream);
      }
    } else {
      ByteBuffer bytes =
          answer.body() instanceof Body.Bytes b ? b.bytes().duplicate() : ByteBuffer.allocate(0);
      lengthBytes = bytes.remaining();
      sendWhole(isBodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
    }
  }

  private void stream(Body.Stream stream) {
    BodySource source = stream.source();
    if (line.takesFiles()) {
      Optional<BodySource.FileStretch> file;
      try {
        file = source.file();
      } catch (RuntimeException e) {
        source.close();
        answer(problem(e));
        return;
      }
      if (file.isPresent()) {
        if (file.get().lengthBytes() == stream.lengthBytes()) {
          sendFile(source, file.get());
          return;
        }
        file.get().release();
      }
    }
    BodyPump moving = new BodyPump(ctx.channel(), source, stream.lengthBytes(), this);
    pump = moving;
    moving.move();
  }

  private void sendWhole(ByteBuf content) {
    HttpResponse head = head();
    DefaultFullHttpResponse whole =
        new DefaultFullHttpResponse(
            head.protocolVersion(),
            head.status(),
            content,
            head.headers(),
            EmptyHttpHeaders.INSTANCE);
    headIsSent = true;
    parts.metrics().sent(content.readableBytes());
    line.waitsForClient();
    ctx.writeAndFlush(whole).addListener((ChannelFutureListener) f -> completed(f.isSuccess()));
  }

  private void sendFile(BodySource source, BodySource.FileStretch file) {
    headIsSent = true;
    source.addLateHeaders(answered().headers());
    ctx.write(head());
    ChannelProgressivePromise sent = ctx.newProgressivePromise();
    sent.addListener(
        new ChannelProgressiveFutureListener() {
          @Override
          public void operationProgressed(ChannelProgressiveFuture f, long done, long total) {
            if (!isOver) {
              line.waitsForClient();
            }
          }

          @Override
          public void operationComplete(ChannelProgressiveFuture f) {
            source.close();
          }
        });
    line.waitsForClient();
    writeAll(file.before());
    parts.metrics().sent(file.fileBytes());
    ctx.write(new DefaultFileRegion(file.file().toFile(), file.position(), file.fileBytes()), sent);
    writeAll(file.after());
    finish();
  }

  /** Writes bytes in slices, so that a slow client is seen to take some. */
  private void writeAll(ByteBuf bytes) {
    while (bytes.readableBytes() > BodyPump.SLICE_BYTES) {
      write(bytes.readRetainedSlice(BodyPump.SLICE_BYTES));
    }
    if (bytes.isReadable()) {
      write(bytes);
    } else {
      bytes.release();
    }
  }

  @Override
  public void begin() {
    if (answered().body() instanceof Body.Stream stream) {
      stream.source().addLateHeaders(answered().headers());
    }
    headIsSent = true;
    ctx.write(head());
  }

  @Override
  public void write(ByteBuf slice) {
    parts.metrics().sent(slice.readableBytes());
    ctx.write(new DefaultHttpContent(slice)).addListener(progress);
  }

  @Override
  public void finish() {
    line.waitsForClient();
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener((ChannelFutureListener) f -> completed(f.isSuccess()));
  }

  @Override
  public void fail(Throwable cause) {
    pump = null;
    if (isOver) {
      return;
    }
    if (headIsSent) {
      HttpLog.broken(request.traceId(), cause);
      end(false);
      line.breakOff();
    } else {
      answer(problem(cause));
    }
  }

  @Override
  public void waitForSource() {
    line.waitsForAnswer();
  }

  @Override
  public void waitForClient() {
    line.waitsForClient();
  }

  private void completed(boolean isSuccess) {
    if (isOver) {
      return;
    }
    end(isSuccess);
    if (isSuccess) {
      line.done(keepsAlive);
    } else {
      line.breakOff();
    }
  }

  private void end(boolean isComplete) {
    isOver = true;
    parts.metrics().ended(isComplete);
  }

  private HttpResponse head() {
    Response answer = answered();
    parts.metrics().answered(answer.status(), System.nanoTime() - beganNanos);
    HttpHeaders headers = answer.headers();
    headers.set(HttpHeaderNames.DATE, parts.date().text());
    headers.set(HttpServer.TRACE_HEADER, request.traceId());
    parts.cors().ifPresent(cors -> cors.addTo(request, answer));
    keepsAlive = clientKeepsAlive && line.mayKeepAlive();
    HttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), headers);
    if (answer.status() != 204 && answer.status() != 304) {
      if (lengthBytes != Body.UNKNOWN_LENGTH) {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
      } else if (version.isKeepAliveDefault()) {
        HttpUtil.setTransferEncodingChunked(head, true);
      } else {
        keepsAlive = false;
      }
    }
    HttpUtil.setKeepAlive(headers, version, keepsAlive);
    return head;
  }

  private Response answered() {
    if (response == null) {
      throw new IllegalStateException("nothing was answered");
    }
    return response;
  }

  private Response problem(@Nullable Throwable cause) {
    Throwable reason =
        cause instanceof CompletionException e && e.getCause() != null ? e.getCause() : cause;
    if (reason instanceof HttpProblem problem) {
      return problem.toResponse(request.traceId());
    }
    Optional<HttpProblem> known =
        reason == null ? Optional.empty() : parts.problems().apply(reason);
    if (known.isEmpty() && reason != null) {
      HttpLog.unexpected(request.traceId(), request.method(), reason);
    }
    return known
        .orElseGet(
            () ->
                new HttpProblem(
                    500,
                    "INTERNAL",
                    "this server made a mistake",
                    "tell its operator the trace id"))
        .toResponse(request.traceId());
  }

  private static void discard(@Nullable Response answer) {
    if (answer != null && answer.body() instanceof Body.Stream stream) {
      stream.source().close();
    }
  }
}
