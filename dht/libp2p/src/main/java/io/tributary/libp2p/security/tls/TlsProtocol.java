package io.tributary.libp2p.security.tls;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.PendingSession;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.SecurityProtocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The security protocol {@code /tls/1.0.0}: TLS 1.3, both sides with a certificate that carries the
 * identity key, the muxer negotiated by ALPN.
 *
 * <p>All connections present one certificate, made at start and replaced from time to time.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p TLS Handshake</a>
 */
public final class TlsProtocol implements SecurityProtocol {
  /** The id under which it is negotiated. */
  public static final String ID = "/tls/1.0.0";

  private final TlsProvider provider;
  private final Duration handshakeDeadline;
  private final CertificateRotation certificates;
  private final PeerTrust trust;
  private TlsContexts contexts;

  /** Secures with the fastest engine there is, the default deadline and the system's clock. */
  public TlsProtocol(PrivateKey identity) {
    this(
        new CertificateRotation(identity, InstantSource.system(), new SecureRandom()),
        TlsProvider.preferred(),
        DEFAULT_HANDSHAKE_DEADLINE);
  }

  /**
   * @param certificates what this host presents; may be shared with QUIC
   * @param provider who computes TLS; must be available
   * @param handshakeDeadline how long a handshake may take
   * @throws IllegalArgumentException if the provider is not available or the deadline not positive
   */
  public TlsProtocol(
      CertificateRotation certificates, TlsProvider provider, Duration handshakeDeadline) {
    if (!provider.isAvailable()) {
      throw new IllegalArgumentException("provider " + provider + " is not available here");
    }
    if (handshakeDeadline.isNegative() || handshakeDeadline.isZero()) {
      throw new IllegalArgumentException(
          "handshakeDeadline " + handshakeDeadline + " is not positive");
    }
    this.provider = provider;
    this.handshakeDeadline = handshakeDeadline;
    this.certificates = certificates;
    this.trust = new PeerTrust(certificates.clock());
    this.contexts = new TlsContexts(provider, certificates.current(), trust);
  }

  @Override
  public String id() {
    return ID;
  }

  /** Returns who computes TLS for this instance. */
  public TlsProvider provider() {
    return provider;
  }

  @Override
  public Future<SecureSession> secure(
      Channel rawChannel, Role role, Optional<PeerId> expectedPeer, List<String> muxers) {
    EventLoop loop = rawChannel.eventLoop();
    PendingSession pending = new PendingSession(rawChannel, expectedPeer);
    List<String> ours = List.copyOf(muxers);
    if (loop.inEventLoop()) {
      start(rawChannel, role, expectedPeer, ours, pending);
    } else {
      loop.execute(() -> start(rawChannel, role, expectedPeer, ours, pending));
    }
    return pending.future();
  }

  private void start(
      Channel channel,
      Role role,
      Optional<PeerId> expectedPeer,
      List<String> muxers,
      PendingSession pending) {
    SslHandler tls = contexts().newHandler(channel.alloc(), role, expectedPeer, muxers);
    tls.setHandshakeTimeoutMillis(0); // the deadline of the pending session covers it
    TlsHandshakeHandler handler = new TlsHandshakeHandler(tls, muxers, pending);
    channel.pipeline().addLast(handler);
    pending.start(handshakeDeadline);
    // The TLS handler begins when it is added, so whoever hears of its end is there already.
    channel.pipeline().addBefore(channel.pipeline().context(handler).name(), null, tls);
  }

  private synchronized TlsContexts contexts() {
    HostCertificate current = certificates.current();
    if (!contexts.presents(current)) {
      contexts = new TlsContexts(provider, current, trust);
    }
    return contexts;
  }
}
