package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.ssl.ClientAuth;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.security.tls.HostCertificate;
import io.tributary.libp2p.security.tls.PeerTrust;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 inside QUIC as libp2p wants it: a certificate on both sides with the identity in its
 * extension, ALPN {@code libp2p}, no SNI, no resumption, no early data.
 *
 * <p>An engine gets no peer host, by which sessions would be kept for resumption; the peer it must
 * end at, and why a certificate was refused, are kept beside it instead. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p TLS Handshake</a>
 */
final class QuicTls {
  /** The one protocol negotiated by ALPN. */
  static final String ALPN = "libp2p";

  /** What this amounts to among security protocols. */
  static final String SECURITY = "/tls/1.0.0";

  private final CertificateRotation certificates;
  private final Judge judge;
  private @Nullable Contexts contexts;

  private record Contexts(
      HostCertificate certificate, QuicSslContext client, QuicSslContext server) {}

  /** What is known of a handshake besides what TLS knows. */
  private record Case(Optional<PeerId> expected, Optional<SecureChannelException> refusal) {}

  QuicTls(CertificateRotation certificates) {
    this.certificates = certificates;
    this.judge = new Judge(new PeerTrust(certificates.clock()));
  }

  /** Returns the engine for a connection that is dialled. */
  QuicSslEngine client(ByteBufAllocator allocator, Optional<PeerId> expected) {
    return judge.take(contexts().client.newEngine(allocator), expected);
  }

  /** Returns the engine for a connection that a peer dials. */
  QuicSslEngine server(ByteBufAllocator allocator) {
    return judge.take(contexts().server.newEngine(allocator), Optional.empty());
  }

  /** Returns why the peer's certificate was refused, if it was. */
  Optional<SecureChannelException> refusal(SSLEngine engine) {
    return judge.of(engine).refusal();
  }

  /**
   * Returns the identity of the peer at the far end of a finished handshake.
   *
   * @throws SecureChannelException if there is none, or it is not the expected one
   */
  PublicKey identity(SSLEngine engine) throws SecureChannelException {
    try {
      X509Certificate[] chain =
          Arrays.stream(engine.getSession().getPeerCertificates())
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      PublicKey identity = PeerTrust.identityIn(chain);
      requireExpected(judge.of(engine).expected(), identity);
      return identity;
    } catch (SSLPeerUnverifiedException e) {
      throw new SecureChannelException(Reason.BAD_CERTIFICATE, "none was presented", e);
    }
  }

  private static void requireExpected(Optional<PeerId> expected, PublicKey identity)
      throws SecureChannelException {
    PeerId actual = identity.peerId();
    if (expected.isPresent() && !expected.get().equals(actual)) {
      throw new SecureChannelException(
          Reason.PEER_ID_MISMATCH,
          "expected peer " + expected.get() + ", the one at this address is " + actual);
    }
  }

  private synchronized Contexts contexts() {
    HostCertificate current = certificates.current();
    Contexts known = contexts;
    if (known == null || !known.certificate.equals(current)) {
      known =
          new Contexts(
              current,
              QuicSslContextBuilder.forClient()
                  .keyManager(current.key(), null, current.certificate())
                  .endpointIdentificationAlgorithm(null)
                  .trustManager(judge)
                  .applicationProtocols(ALPN)
                  .earlyData(false)
                  .build(),
              QuicSslContextBuilder.forServer(current.key(), null, current.certificate())
                  .clientAuth(ClientAuth.REQUIRE)
                  .trustManager(judge)
                  .applicationProtocols(ALPN)
                  .earlyData(false)
                  .build());
      contexts = known;
    }
    return known;
  }

  /** Judges by the rules of {@link PeerTrust} and remembers, since QUIC's TLS forgets why. */
  private static final class Judge extends X509ExtendedTrustManager {
    private static final Case UNKNOWN = new Case(Optional.empty(), Optional.empty());

    private final PeerTrust trust;
    private final Map<SSLEngine, Case> cases = Collections.synchronizedMap(new WeakHashMap<>());

    Judge(PeerTrust trust) {
      this.trust = trust;
    }

    QuicSslEngine take(QuicSslEngine engine, Optional<PeerId> expected) {
      cases.put(engine, new Case(expected, Optional.empty()));
      return engine;
    }

    Case of(SSLEngine engine) {
      return cases.getOrDefault(engine, UNKNOWN);
    }

    private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
      Optional<PeerId> expected = of(engine).expected();
      try {
        requireExpected(expected, trust.verify(chain));
      } catch (SecureChannelException e) {
        cases.put(engine, new Case(expected, Optional.of(e)));
        throw new CertificateException(e.getMessage(), e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("QUIC has no sockets of TLS");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("QUIC has no sockets of TLS");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("the engine is needed");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("the engine is needed");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.getAcceptedIssuers();
    }
  }
}
