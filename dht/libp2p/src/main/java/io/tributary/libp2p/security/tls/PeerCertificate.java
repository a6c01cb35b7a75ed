package io.tributary.libp2p.security.tls;

import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Properties;

/**
 * A certificate as a peer presents it: one, self-signed, with the peer's identity in an extension.
 *
 * <p>Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md#peer-authentication">Peer
 *     Authentication</a>
 */
public final class PeerCertificate {
  /** By how much the clocks of two peers may differ when a certificate's dates are checked. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  /** The longest certificate that is read; with RSA keys of 8192 bits it has under 6000. */
  public static final int MAX_BYTES = 16_384;

  /** Bouncy Castle's name of the permission. */
  private static final String ALLOW_NAMELESS = "org.bouncycastle.x509.allow_empty_issuer_cert";

  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private static final String KEY_USAGE = "2.5.29.15";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final int DIGITAL_SIGNATURE = 0;

  /**
   * Extensions whose being critical is no reason to refuse. Key usage is checked; basic constraints
   * say nothing of a chain of one.
   */
  private static final Set<String> UNDERSTOOD = Set.of(SignedKey.OID, KEY_USAGE, BASIC_CONSTRAINTS);

  /** How a certificate may be signed: what TLS 1.3 allows, and nothing that rests on SHA-1. */
  private static final Set<String> SIGNATURES =
      Set.of(
          "1.2.840.10045.4.3.2", // ECDSA with SHA-256
          "1.2.840.10045.4.3.3", // ECDSA with SHA-384
          "1.2.840.10045.4.3.4", // ECDSA with SHA-512
          "1.2.840.113549.1.1.10", // RSASSA-PSS
          "1.2.840.113549.1.1.11", // RSA with SHA-256
          "1.2.840.113549.1.1.12", // RSA with SHA-384
          "1.2.840.113549.1.1.13", // RSA with SHA-512
          "1.3.101.112"); // Ed25519

  private final X509Certificate certificate;
  private final SignedKey signedKey;

  private PeerCertificate(X509Certificate certificate, SignedKey signedKey) {
    this.certificate = certificate;
    this.signedKey = signedKey;
  }

  /**
   * Reads a certificate and verifies nothing yet.
   *
   * @param der the certificate in DER
   * @throws SecureChannelException with {@link Reason#BAD_CERTIFICATE} or {@link
   *     Reason#UNSUPPORTED_KEY}
   */
  public static PeerCertificate decode(byte[] der) throws SecureChannelException {
    if (der.length > MAX_BYTES) {
      throw bad("it has " + der.length + " bytes; at most " + MAX_BYTES + " are read");
    }
    ByteArrayInputStream in = new ByteArrayInputStream(der);
    X509Certificate certificate = parse(in);
    if (in.available() > 0) {
      throw bad("bytes follow it");
    }
    return new PeerCertificate(certificate, signedKey(certificate));
  }

  private static X509Certificate parse(ByteArrayInputStream in) throws SecureChannelException {
    try {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (CertificateException e) {
      in.reset();
      return parseNameless(in, e);
    }
  }

  /** Peers of js present certificates without an issuer's name, which the JDK does not read. */
  private static X509Certificate parseNameless(
      ByteArrayInputStream in, CertificateException refusal) throws SecureChannelException {
    Properties.setThreadOverride(ALLOW_NAMELESS, true);
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509", BOUNCY_CASTLE).generateCertificate(in);
    } catch (CertificateException e) {
      e.addSuppressed(refusal);
      throw bad("it is no X.509 certificate", e);
    } finally {
      Properties.removeThreadOverride(ALLOW_NAMELESS);
    }
  }

  /**
   * Checks everything the specification asks for but the peer's being the expected one.
   *
   * @param now the time against which the certificate's dates are held
   * @return the identity key of the peer
   * @throws SecureChannelException with {@link Reason#BAD_CERTIFICATE}, {@link
   *     Reason#CERTIFICATE_NOT_VALID_NOW} or {@link Reason#BAD_SIGNATURE}
   */
  public PublicKey verify(Instant now) throws SecureChannelException {
    requireForm();
    requireDates(now);
    requireSelfSigned();
    if (!signedKey.isFor(certificate.getPublicKey().getEncoded())) {
      throw new SecureChannelException(
          Reason.BAD_SIGNATURE,
          "the certificate's key is not signed by the identity key of "
              + signedKey.identity().peerId());
    }
    return signedKey.identity();
  }

  /** Returns the identity key that the certificate claims; proven only by {@link #verify}. */
  public PublicKey claimedIdentity() {
    return signedKey.identity();
  }

  private static SignedKey signedKey(X509Certificate certificate) throws SecureChannelException {
    byte[] extension = certificate.getExtensionValue(SignedKey.OID);
    if (extension == null) {
      throw bad("it has no libp2p Public Key Extension, " + SignedKey.OID);
    }
    try {
      ASN1OctetString wrapped = ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(extension));
      return SignedKey.decode(wrapped.getOctets());
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw bad("its libp2p Public Key Extension is no ASN.1", e);
    }
  }

  private void requireForm() throws SecureChannelException {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !UNDERSTOOD.containsAll(critical)) {
      throw bad("its critical extensions are " + critical + "; understood are " + UNDERSTOOD);
    }
    boolean[] usage = certificate.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw bad("its key is not meant for signing");
    }
    if (certificate.getIssuerUniqueID() != null || certificate.getSubjectUniqueID() != null) {
      throw bad("it has a unique id of issuer or subject");
    }
  }

  private void requireDates(Instant now) throws SecureChannelException {
    Instant from = certificate.getNotBefore().toInstant().minus(CLOCK_SKEW);
    Instant until = certificate.getNotAfter().toInstant().plus(CLOCK_SKEW);
    if (now.isBefore(from) || now.isAfter(until)) {
      throw new SecureChannelException(
          Reason.CERTIFICATE_NOT_VALID_NOW,
          "valid from " + from + " until " + until + ", skew included; it is " + now);
    }
  }

  private void requireSelfSigned() throws SecureChannelException {
    if (!SIGNATURES.contains(certificate.getSigAlgOID())) {
      throw bad("it is signed by algorithm " + certificate.getSigAlgOID());
    }
    try {
      certificate.verify(certificate.getPublicKey());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw bad("its self-signature is wrong", e);
    }
  }

  private static SecureChannelException bad(String detail) {
    return new SecureChannelException(Reason.BAD_CERTIFICATE, detail);
  }

  private static SecureChannelException bad(String detail, Exception cause) {
    return new SecureChannelException(Reason.BAD_CERTIFICATE, detail, cause);
  }
}
