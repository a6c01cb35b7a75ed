package io.tributary.libp2p.security.tls;

import io.tributary.libp2p.identity.PrivateKey;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that this host presents, with the key it was made for.
 *
 * <p>The key is on P-256, which every TLS 1.3 peer verifies, and has nothing to do with the host's
 * identity but that the identity signs it.
 *
 * @param key the certificate's key: a secret
 * @param certificate self-signed, with the libp2p Public Key Extension
 */
public record HostCertificate(java.security.PrivateKey key, X509Certificate certificate) {
  /** How far the validity begins in the past, for peers whose clocks are late. */
  public static final Duration BACKDATED = Duration.ofHours(1);

  /** How long the certificate is valid. */
  public static final Duration VALIDITY = Duration.ofDays(90);

  private static final int SERIAL_BITS = 64;

  /**
   * Makes a certificate.
   *
   * @param identity the host's identity key
   * @param now from when it is valid, less {@link #BACKDATED}
   * @param random the source of the key and the serial number
   */
  public static HostCertificate issue(PrivateKey identity, Instant now, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=libp2p");
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 2).clearBit(SERIAL_BITS - 1),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(VALIDITY)),
              name,
              pair.getPublic());
      builder.addExtension(
          new ASN1ObjectIdentifier(SignedKey.OID),
          false,
          ASN1Primitive.fromByteArray(
              SignedKey.sign(identity, pair.getPublic().getEncoded()).encode()));
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new HostCertificate(pair.getPrivate(), certificate);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("every Java platform signs certificates on P-256", e);
    }
  }

  /** Returns the certificate's name, never its key. */
  @Override
  public String toString() {
    return "certificate valid until " + certificate.getNotAfter().toInstant();
  }
}
