package io.tributary.libp2p.security.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The TLS configurations made of one certificate: one for each role and list of muxers, kept for
 * reuse.
 *
 * <p>Thread-safe.
 */
final class TlsContexts {
  /** What ALPN ends in when the muxer is to be negotiated after the handshake. */
  static final String ALPN_LIBP2P = "libp2p";

  /** How many configurations are kept; a host uses two. */
  static final int MAX_KEPT = 16;

  private static final List<String> JDK_CIPHERS =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private final TlsProvider provider;
  private final HostCertificate certificate;
  private final PeerTrust trust;
  private final Map<Key, SslContext> kept = new HashMap<>();

  private record Key(Role role, List<String> muxers) {}

  TlsContexts(TlsProvider provider, HostCertificate certificate, PeerTrust trust) {
    this.provider = provider;
    this.certificate = certificate;
    this.trust = trust;
  }

  boolean presents(HostCertificate other) {
    return certificate.equals(other);
  }

  SslHandler newHandler(
      ByteBufAllocator allocator, Role role, Optional<PeerId> expectedPeer, List<String> muxers) {
    return context(new Key(role, List.copyOf(muxers)))
        .newHandler(allocator, PeerTrust.peerHost(expectedPeer), 0);
  }

  private synchronized SslContext context(Key key) {
    SslContext known = kept.get(key);
    if (known != null) {
      return known;
    }
    SslContext made = build(key);
    if (kept.size() < MAX_KEPT) {
      kept.put(key, made);
    }
    return made;
  }

  private SslContext build(Key key) {
    List<String> alpn = new ArrayList<>(key.muxers);
    alpn.add(ALPN_LIBP2P);
    SslContextBuilder builder =
        key.role == Role.INITIATOR
            ? SslContextBuilder.forClient()
                .keyManager(certificate.key(), certificate.certificate())
                .endpointIdentificationAlgorithm(null)
            : SslContextBuilder.forServer(certificate.key(), certificate.certificate())
                .clientAuth(ClientAuth.REQUIRE);
    if (provider.netty() == SslProvider.JDK) {
      builder.ciphers(JDK_CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
    }
    try {
      return builder
          .sslProvider(provider.netty())
          .protocols("TLSv1.3")
          .trustManager(trust)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  alpn))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException(provider + " was available and refuses TLS 1.3", e);
    }
  }
}
