package io.tributary.origin.dev.runtime;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.Executor;

/**
 * One connection whose requests are small enough to be held in memory: takes a request, answers it,
 * then takes the next. It stands behind an aggregator.
 */
public class SmallRequests extends WaitingHandler {
  private final Answering answering;

  /** Answers one request. */
  public interface Answering {
    /** Returns the answer; the request stays the caller's. */
    Reply answer(FullHttpRequest request);
  }

  /** An answer: a status and a body that may be empty. */
  public static final class Reply {
    private final HttpResponseStatus status;
    private final String contentType;
    private final byte[] body;

    private Reply(HttpResponseStatus status, String contentType, byte[] body) {
      this.status = status;
      this.contentType = contentType;
      this.body = body;
    }

    /** Returns an answer without a body. */
    public static Reply of(HttpResponseStatus status) {
      return new Reply(status, "", new byte[0]);
    }

    /** Returns an answer with JSON in UTF-8, which must not change any more. */
    public static Reply json(HttpResponseStatus status, byte[] body) {
      return new Reply(status, "application/json; charset=utf-8", body);
    }
  }

  /**
   * @param server what the log calls the server
   * @param threads the threads that answer
   * @param answering what answers
   */
  public SmallRequests(String server, Executor threads, Answering answering) {
    super(server, threads);
    this.answering = answering;
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message) {
    FullHttpRequest request = (FullHttpRequest) message;
    boolean isHttp = request.decoderResult().isSuccess();
    Reply reply = isHttp ? answering.answer(request) : Reply.of(HttpResponseStatus.BAD_REQUEST);
    boolean keepAlive = isHttp && HttpUtil.isKeepAlive(request);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, reply.status, Unpooled.wrappedBuffer(reply.body));
    if (!reply.contentType.isEmpty()) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.contentType);
    }
    if (!reply.status.equals(HttpResponseStatus.NO_CONTENT)) {
      HttpUtil.setContentLength(response, reply.body.length);
    }
    HttpUtil.setKeepAlive(response, keepAlive);
    after(
        ctx,
        ctx.writeAndFlush(response),
        () -> {
          if (keepAlive) {
            ask(ctx);
          } else {
            close(ctx);
          }
        });
  }

  @Override
  protected void told(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      close(ctx);
    }
  }
}
