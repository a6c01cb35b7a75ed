package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells HTTP/2 from HTTP/1.1 on a plain connection by its first bytes, which in HTTP/2 are always
 * the same 24 (RFC 9113, section 3.4).
 */
final class PrefaceSniffer extends ByteToMessageDecoder {
  private final long patienceMillis;
  private final Consumer<ChannelPipeline> http1;
  private final Consumer<ChannelPipeline> http2;

  PrefaceSniffer(
      long patienceMillis, Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
    this.patienceMillis = patienceMillis;
    this.http1 = http1;
    this.http2 = http2;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(
            () -> {
              if (!ctx.isRemoved()) {
                ctx.close();
              }
            },
            patienceMillis,
            TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    int known = Math.min(in.readableBytes(), preface.readableBytes());
    boolean isSame = ByteBufUtil.equals(in, in.readerIndex(), preface, 0, known);
    if (isSame && known < preface.readableBytes()) {
      return;
    }
    (isSame ? http2 : http1).accept(ctx.pipeline());
    ctx.pipeline().remove(this);
  }
}
