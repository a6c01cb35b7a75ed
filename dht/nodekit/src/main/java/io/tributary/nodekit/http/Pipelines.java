package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Builds the pipelines of connections and streams. */
final class Pipelines {
  /** Below the first, the source is asked for more; above the second, no more. */
  static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 2 * BodyPump.SLICE_BYTES);

  private final ServerParts parts;
  private final Optional<SslContext> tls;
  private final byte[] quickFields;

  Pipelines(ServerParts parts, Optional<SslContext> tls) {
    this.parts = parts;
    this.tls = tls;
    this.quickFields = parts.cors().map(CorsPolicy::fieldsOfGet).orElseGet(() -> new byte[0]);
  }

  void build(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (tls.isEmpty()) {
      pipeline.addLast(
          new PrefaceSniffer(parts.limits().idleFor().toMillis(), this::http1, this::http2));
      return;
    }
    SslHandler handler = tls.get().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(parts.limits().receiveWithin().toMillis());
    pipeline.addLast(handler);
    pipeline.addLast(
        new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
          @Override
          protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
              http2(ctx.pipeline());
            } else {
              http1(ctx.pipeline());
            }
          }

          @Override
          protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
          }

          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            HttpLog.broken("of " + ctx.channel().remoteAddress(), cause);
            ctx.close();
          }
        });
  }

  private void http1(ChannelPipeline pipeline) {
    ExchangeHandler exchanges = new ExchangeHandler(parts, false);
    parts
        .quick()
        .ifPresent(
            quick -> pipeline.addLast(new QuickReader(parts, quick, quickFields, exchanges)));
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf) {
              exchanges.bytesArrived();
            }
            ctx.fireChannelRead(message);
          }
        });
    pipeline.addLast(
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(parts.limits().maxTargetChars())
                .setMaxHeaderSize(parts.limits().maxHeaderBytes())));
    pipeline.addLast(new RequestReader(parts.limits()), exchanges);
  }

  private void http2(ChannelPipeline pipeline) {
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(parts.limits().maxStreamsPerConnection())
                    .maxHeaderListSize(parts.limits().maxHeaderBytes()))
            .gracefulShutdownTimeoutMillis(parts.limits().drainFor().toMillis())
            .build();
    pipeline.addLast(
        new IdleStateHandler(0, 0, parts.limits().idleFor().toMillis(), TimeUnit.MILLISECONDS));
    pipeline.addLast(codec);
    pipeline.addLast(
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream.config().setWriteBufferWaterMark(WATER_MARK);
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new RequestReader(parts.limits()),
                        new ExchangeHandler(parts, true));
              }
            }));
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            boolean isIdle =
                event instanceof IdleStateEvent && codec.connection().numActiveStreams() == 0;
            if (isIdle || event == LineEvent.DRAIN) {
              ctx.close();
            } else {
              ctx.fireUserEventTriggered(event);
            }
          }

          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            HttpLog.broken("of " + ctx.channel().remoteAddress(), cause);
            ctx.close();
          }
        });
  }
}
