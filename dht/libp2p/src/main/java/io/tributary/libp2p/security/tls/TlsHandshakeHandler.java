package io.tributary.libp2p.security.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.security.PendingSession;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The handler behind Netty's TLS handler: turns the end of the handshake into a session, and TLS's
 * errors into this library's, then and later.
 *
 * <p>A client's handshake ends before the server has judged the client's certificate, so a refusal
 * can still arrive when the session exists; it then goes to the next handler as an exception.
 */
final class TlsHandshakeHandler extends ChannelInboundHandlerAdapter {
  private final SslHandler tls;
  private final List<String> muxers;
  private final PendingSession pending;

  TlsHandshakeHandler(SslHandler tls, List<String> muxers, PendingSession pending) {
    this.tls = tls;
    this.muxers = muxers;
    this.pending = pending;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent completion)) {
      ctx.fireUserEventTriggered(event);
    } else if (!completion.isSuccess()) {
      pending.fail(TlsFailure.of(completion.cause()));
    } else {
      // Not here: the TLS handler is in the midst of reading.
      ctx.executor().execute(() -> finish(ctx));
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    if (pending.isDone() || ctx.isRemoved()) {
      return;
    }
    SSLSession session = tls.engine().getSession();
    // No session is ever resumed: each connection proves its peer's identity anew.
    session.invalidate();
    try {
      PublicKey identity = PeerTrust.identityIn(certificates(session));
      pending.requireExpected(identity);
      Optional<String> muxer = earlyMuxer(Optional.ofNullable(tls.applicationProtocol()));
      takeOver(ctx);
      pending.succeed(identity, muxer);
    } catch (SecureChannelException e) {
      pending.fail(e);
    }
  }

  /** Puts this library's codec in the place of the TLS handler, where it can do its work. */
  private void takeOver(ChannelHandlerContext ctx) {
    if (!(tls.engine() instanceof ReferenceCountedOpenSslEngine engine)
        || engine.isInboundDone()
        || !BoringCodec.isAvailable()) {
      return;
    }
    engine.retain();
    ctx.pipeline().addBefore(ctx.name(), null, new BoringCodec(engine));
    // Passes the bytes that it has not understood yet on to the codec, and its hold on the engine.
    ctx.pipeline().remove(tls);
  }

  private static X509Certificate[] certificates(SSLSession session) throws SecureChannelException {
    try {
      return Arrays.stream(session.getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toArray(X509Certificate[]::new);
    } catch (SSLPeerUnverifiedException e) {
      throw new SecureChannelException(Reason.BAD_CERTIFICATE, "none was presented", e);
    }
  }

  private Optional<String> earlyMuxer(Optional<String> alpn) throws SecureChannelException {
    if (alpn.isPresent() && alpn.get().equals(TlsContexts.ALPN_LIBP2P)) {
      return Optional.empty();
    }
    if (alpn.isPresent() && muxers.contains(alpn.get())) {
      return alpn;
    }
    throw new SecureChannelException(
        Reason.NO_COMMON_MUXER,
        "ALPN agreed on " + alpn.orElse("nothing") + "; this side offers " + muxers + ", libp2p");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    SecureChannelException failure = TlsFailure.of(cause);
    if (pending.isEstablished()) {
      ctx.fireExceptionCaught(failure);
      // Past the TLS handler: there is no orderly end of a session that is broken.
      ChannelHandlerContext below = ctx.pipeline().context(tls);
      (below == null ? ctx : below).close();
    } else {
      pending.fail(failure);
    }
  }
}
