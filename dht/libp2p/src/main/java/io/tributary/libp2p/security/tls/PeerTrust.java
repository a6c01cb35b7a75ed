package io.tributary.libp2p.security.tls;

import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The judge of peers' certificates inside a TLS engine: by the libp2p rules and no others. No
 * authority is trusted, no host name compared.
 *
 * <p>The one peer that a client wants is known to it by the engine's <em>peer host</em>, which is
 * set to the text of the peer id. That text has no dot, so no engine mistakes it for a name to be
 * sent in the clear as SNI. A refusal therefore happens before the client has shown who it is.
 *
 * <p>A refusal is a {@code CertificateException} caused by a {@link SecureChannelException}.
 * Thread-safe.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = {};

  private final InstantSource clock;

  /** Judges dates by a clock. */
  public PeerTrust(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the peer host of an engine that is to accept one peer, or any. */
  public static String peerHost(Optional<PeerId> expectedPeer) {
    return expectedPeer.map(PeerId::toString).orElse("");
  }

  /**
   * Judges what a peer has presented.
   *
   * @return its identity key
   * @throws SecureChannelException if it is refused
   */
  public PublicKey verify(X509Certificate[] chain) throws SecureChannelException {
    return read(chain).verify(clock.instant());
  }

  /**
   * Returns the identity key in a chain that a trust manager of this class has already accepted.
   *
   * @throws SecureChannelException if it has not
   */
  public static PublicKey identityIn(X509Certificate[] acceptedChain)
      throws SecureChannelException {
    return read(acceptedChain).claimedIdentity();
  }

  private static PeerCertificate read(X509Certificate[] chain) throws SecureChannelException {
    if (chain.length != 1) {
      throw new SecureChannelException(
          Reason.BAD_CERTIFICATE, chain.length + " certificates were presented instead of one");
    }
    try {
      return PeerCertificate.decode(chain[0].getEncoded());
    } catch (CertificateException e) {
      throw new SecureChannelException(Reason.BAD_CERTIFICATE, "it is no X.509 certificate", e);
    }
  }

  private void check(X509Certificate[] chain, String peerHost) throws CertificateException {
    try {
      PeerId actual = verify(chain).peerId();
      if (!peerHost.isEmpty() && !peerHost.equals(actual.toString())) {
        throw new SecureChannelException(
            Reason.PEER_ID_MISMATCH,
            "expected peer " + peerHost + ", the one at this address is " + actual);
      }
    } catch (SecureChannelException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String peerHost = engine.getPeerHost();
    check(chain, peerHost == null ? "" : peerHost);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, "");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
