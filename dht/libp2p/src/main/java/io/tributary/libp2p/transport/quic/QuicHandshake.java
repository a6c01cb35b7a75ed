package io.tributary.libp2p.transport.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.tls.TlsFailure;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.upgrade.UpgradeException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A QUIC connection that is being made: its deadline, its one outcome, and the end of its native
 * state if the outcome is bad.
 *
 * <p>A client's handshake ends before the server has judged the client's certificate, so a refusal
 * can still arrive when the connection exists; it then ends as any connection does.
 */
final class QuicHandshake extends ChannelInboundHandlerAdapter {

  /** Told of the outcome, once, on the event loop. */
  interface Outcome {
    void established(TransportConnection connection);

    void failed(UpgradeException cause);
  }

  private final QuicParts parts;
  private final SSLEngine engine;
  private final Outcome outcome;
  private final Runnable onGone;
  private @Nullable QuicChannel channel;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable SecureChannelException peersRefusal;
  private boolean done;

  /**
   * @param engine of the connection's TLS
   * @param onGone told once, when nothing is left of the channel
   */
  QuicHandshake(QuicParts parts, SSLEngine engine, Outcome outcome, Runnable onGone) {
    this.parts = parts;
    this.engine = engine;
    this.outcome = outcome;
    this.onGone = onGone;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    QuicChannel added = (QuicChannel) ctx.channel();
    channel = added;
    Duration deadline = parts.options().handshakes().deadline();
    timer =
        ctx.executor()
            .schedule(
                () ->
                    fail(
                        new SecureChannelException(
                            Reason.HANDSHAKE_TIMEOUT,
                            "not done after " + deadline.toMillis() + " ms")),
                deadline.toNanos(),
                TimeUnit.NANOSECONDS);
    added
        .closeFuture()
        .addListener(
            closed -> {
              fail(closedEarly());
              onGone.run();
            });
    if (done) {
      added.close();
    }
  }

  private SecureChannelException closedEarly() {
    SecureChannelException refusal = peersRefusal;
    return refusal != null
        ? refusal
        : new SecureChannelException(Reason.CONNECTION_CLOSED, "closed during the handshake");
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        finish(ctx);
      } else {
        fail(TlsFailure.of(completion.cause()));
      }
    } else if (event instanceof QuicConnectionCloseEvent close) {
      peersRefusal = refusal(close);
      fail(closedEarly());
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private static SecureChannelException refusal(QuicConnectionCloseEvent close) {
    String phrase = new String(close.reason(), StandardCharsets.UTF_8);
    return new SecureChannelException(
        Reason.REFUSED_BY_PEER,
        close.isTlsError()
            ? "TLS alert " + QuicConnectionCloseEvent.extractTlsError(close.error())
            : "code " + close.error() + (phrase.isEmpty() ? "" : ", " + phrase));
  }

  private void finish(ChannelHandlerContext ctx) {
    if (done) {
      return;
    }
    QuicChannel current = (QuicChannel) ctx.channel();
    PublicKey identity;
    try {
      identity = parts.tls().identity(engine);
    } catch (SecureChannelException e) {
      fail(e);
      return;
    }
    done = true;
    cancelTimer();
    QuicConnection connection = new QuicConnection(current, parts);
    ctx.pipeline().replace(this, null, connection.channelHandler());
    outcome.established(
        new TransportConnection.Muxed(
            address((InetSocketAddress) current.localSocketAddress()),
            address((InetSocketAddress) current.remoteSocketAddress()),
            false,
            new SecureSession(identity.peerId(), identity, Optional.empty()),
            QuicTls.SECURITY,
            QuicConnection.MUXER,
            connection));
  }

  private static Multiaddr address(@Nullable InetSocketAddress socket) {
    if (socket == null) {
      throw new IllegalStateException("an open channel has addresses");
    }
    return Multiaddr.quicV1(socket);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(TlsFailure.of(cause));
  }

  /** Ends the handshake and its channel; does nothing if it has ended. */
  void fail(SecureChannelException cause) {
    if (done) {
      return;
    }
    done = true;
    cancelTimer();
    SecureChannelException told = parts.tls().refusal(engine).orElse(cause);
    QuicChannel current = channel;
    if (current != null) {
      current.close();
    }
    outcome.failed(UpgradeException.inHandshake(told));
  }

  /** The channel could not be opened, or has failed already. */
  void onConnectFailed(Throwable cause) {
    boolean opened = channel != null;
    fail(TlsFailure.of(cause));
    if (!opened) {
      onGone.run();
    }
  }

  private void cancelTimer() {
    ScheduledFuture<?> current = timer;
    if (current != null) {
      current.cancel(false);
    }
  }
}
