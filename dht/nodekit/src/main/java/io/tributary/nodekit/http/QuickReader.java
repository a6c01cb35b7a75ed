package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Answers simple requests of an HTTP/1.1 connection by a {@link QuickHandler}. A simple request
 * that is not answered so goes the usual way, by itself; the first that is not simple takes all
 * that follows along, since from then on only the decoder knows where a request begins.
 *
 * <p>Answers are written in the order of requests, each as one buffer: while one is under way the
 * usual way, or the client does not take what was written, all go the usual way, which waits.
 */
final class QuickReader extends ChannelInboundHandlerAdapter {
  /** What a head takes at most, unless its fields are long. */
  private static final int HEAD_BYTES = 1536;

  private static final byte[] STATUS = ascii("HTTP/1.1 206 Partial Content\r\n");
  private static final byte[] DATE = ascii("date: ");
  private static final byte[] TRACE = ascii("\r\n" + HttpServer.TRACE_HEADER + ": ");
  private static final byte[] LENGTH = ascii("\r\ncontent-length: ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final ServerParts parts;
  private final QuickHandler handler;
  private final byte[] commonFields;
  private final ExchangeHandler exchanges;
  private final SimpleGet request;
  private boolean isPassedBy;
  private boolean hasWritten;

  /**
   * Reads a connection.
   *
   * @param commonFields what all answers say, each field with its CR LF
   * @param exchanges the usual way
   */
  QuickReader(
      ServerParts parts, QuickHandler handler, byte[] commonFields, ExchangeHandler exchanges) {
    this.parts = parts;
    this.handler = handler;
    this.commonFields = commonFields;
    this.exchanges = exchanges;
    this.request = new SimpleGet(parts.limits());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isPassedBy || !(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      while (in.isReadable() && !isPassedBy) {
        if (!request.read(in)) {
          isPassedBy = true;
        } else if (!exchanges.isIdle() || !ctx.channel().isWritable() || !answer(ctx, in)) {
          ctx.fireChannelRead(in.readRetainedSlice(request.lengthBytes()));
        }
      }
    } catch (RuntimeException e) {
      in.release();
      throw e;
    }
    if (in.isReadable()) {
      ctx.fireChannelRead(in);
    } else {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (hasWritten) {
      hasWritten = false;
      ctx.flush();
    }
    ctx.fireChannelReadComplete();
  }

  private boolean answer(ChannelHandlerContext ctx, ByteBuf in) {
    long began = System.nanoTime();
    if (!(ctx.channel().remoteAddress() instanceof InetSocketAddress remote)) {
      return false;
    }
    ExchangeId id = parts.traceIds().next();
    Optional<QuickAnswer> found =
        handler.handle(new QuickRequest(request.path(), request.range(), remote, id));
    if (found.isEmpty()) {
      return false;
    }
    in.skipBytes(request.lengthBytes());
    try (QuickAnswer answer = found.get()) {
      write(ctx, answer, id);
      parts.metrics().answered(206, System.nanoTime() - began);
      parts.metrics().sent(answer.lengthBytes());
    }
    exchanges.answeredQuickly();
    return true;
  }

  private void write(ChannelHandlerContext ctx, QuickAnswer answer, ExchangeId id) {
    ByteBuf out = ctx.alloc().directBuffer(HEAD_BYTES + answer.lengthBytes());
    boolean isWritten = false;
    try {
      HeadWriter head = new HeadWriter(out).ascii(STATUS);
      answer.writeFields(head);
      head.ascii(commonFields);
      parts.date().write(head.ascii(DATE));
      id.write(head.ascii(TRACE));
      head.ascii(LENGTH).number(answer.lengthBytes()).ascii(END);
      answer.writeContent(out);
      isWritten = true;
    } finally {
      if (!isWritten) {
        out.release();
      }
    }
    hasWritten = true;
    ctx.write(out, ctx.voidPromise());
  }
}
