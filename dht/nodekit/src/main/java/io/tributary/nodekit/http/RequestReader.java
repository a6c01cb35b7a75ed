package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of a request together, up to its limits, and hands it on as one {@link Incoming}.
 * After a request that has to be refused nothing more is read.
 */
final class RequestReader extends ChannelInboundHandlerAdapter {
  private final int maxBodyBytes;
  private @Nullable HttpRequest head;
  private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private boolean isDeaf;

  RequestReader(HttpLimits limits) {
    this.maxBodyBytes = limits.maxBodyBytes();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
    if (!(message instanceof HttpObject object)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      if (!isDeaf) {
        read(ctx, object);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(ChannelHandlerContext ctx, HttpObject object) throws IOException {
    if (object instanceof HttpRequest request) {
      head = request;
      body = new ByteArrayOutputStream(0);
    }
    HttpRequest current = head;
    if (current == null) {
      return;
    }
    if (object.decoderResult().isFailure()) {
      refuse(ctx, current, malformed(object.decoderResult().cause()));
      return;
    }
    if (object instanceof HttpRequest && HttpUtil.getContentLength(current, 0L) > maxBodyBytes) {
      refuse(ctx, current, tooLarge());
      return;
    }
    if (object instanceof HttpRequest && HttpUtil.is100ContinueExpected(current)) {
      ctx.fireUserEventTriggered(LineEvent.CONTENT_WAITS_FOR_CONTINUE);
    }
    if (object instanceof HttpContent content) {
      ByteBuf bytes = content.content();
      if (body.size() + bytes.readableBytes() > maxBodyBytes) {
        refuse(ctx, current, tooLarge());
        return;
      }
      bytes.readBytes(body, bytes.readableBytes());
    }
    if (object instanceof LastHttpContent) {
      head = null;
      ctx.fireChannelRead(
          new Incoming(
              current, ByteBuffer.wrap(body.toByteArray()).asReadOnlyBuffer(), Optional.empty()));
    }
  }

  private void refuse(ChannelHandlerContext ctx, HttpRequest current, HttpProblem problem) {
    isDeaf = true;
    head = null;
    ctx.fireChannelRead(new Incoming(current, ByteBuffer.allocate(0), Optional.of(problem)));
  }

  private HttpProblem tooLarge() {
    return new HttpProblem(
        413,
        "CONTENT_TOO_LARGE",
        "the content of the request is larger than " + maxBodyBytes + " bytes",
        "send less");
  }

  private static HttpProblem malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new HttpProblem(414, "URI_TOO_LONG", "the address is too long", "shorten it");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new HttpProblem(
          431, "HEADERS_TOO_LARGE", "the header fields are too large", "send less of them");
    }
    return HttpProblem.badRequest("the request is not HTTP", cause);
  }
}
