package io.tributary.libp2p.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.libp2p.security.Peers;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class PeerCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void specificationsCertificates_nameTheirPeers() throws Exception {
    assertThat(PeerCertificate.decode(CertificateVectors.ED25519).verify(NOW).peerId())
        .hasToString("12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv");
    assertThat(PeerCertificate.decode(CertificateVectors.ECDSA).verify(NOW).peerId())
        .hasToString("QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE");
    assertThat(PeerCertificate.decode(CertificateVectors.SECP256K1).verify(NOW).peerId())
        .hasToString("16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs");
  }

  @Test
  void specificationsInvalidCertificate_isRefused() throws Exception {
    assertRefused(CertificateVectors.WRONG_SIGNATURE, NOW, Reason.BAD_SIGNATURE);
  }

  @Test
  void ownCertificate_isAccepted() throws Exception {
    assertThat(PeerCertificate.decode(own()).verify(NOW)).isEqualTo(Peers.ALICE.publicKey());
  }

  @Test
  void dates_holdWithTwoMinutesOfSkew() throws Exception {
    Instant from = NOW.minus(HostCertificate.BACKDATED);
    Instant until = NOW.plus(HostCertificate.VALIDITY);
    PeerCertificate certificate = PeerCertificate.decode(own());
    certificate.verify(from.minus(Duration.ofMinutes(2)));
    certificate.verify(until.plus(Duration.ofMinutes(2)));
    assertRefused(own(), from.minus(Duration.ofSeconds(121)), Reason.CERTIFICATE_NOT_VALID_NOW);
    assertRefused(own(), until.plus(Duration.ofSeconds(121)), Reason.CERTIFICATE_NOT_VALID_NOW);
  }

  @Test
  void selfSignatureAltered_isRefused() throws Exception {
    byte[] der = own();
    der[der.length - 1] ^= 1;
    assertRefused(der, NOW, Reason.BAD_CERTIFICATE);
  }

  @Test
  void unknownExtension_isRefusedIfCritical_andElseIgnored() throws Exception {
    assertThat(PeerCertificate.decode(withUnknownExtension(false)).verify(NOW))
        .isEqualTo(Peers.ALICE.publicKey());
    assertRefused(withUnknownExtension(true), NOW, Reason.BAD_CERTIFICATE);
  }

  private static byte[] withUnknownExtension(boolean critical) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X500Name name = new X500Name("CN=libp2p");
    return new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(NOW.minusSeconds(60)),
            Date.from(NOW.plusSeconds(60)),
            name,
            pair.getPublic())
        .addExtension(
            new ASN1ObjectIdentifier(SignedKey.OID),
            false,
            ASN1Primitive.fromByteArray(
                SignedKey.sign(Peers.ALICE, pair.getPublic().getEncoded()).encode()))
        .addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), critical, DERNull.INSTANCE)
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
  }

  @Test
  void bytesAfterIt_areRefused() throws Exception {
    byte[] der = own();
    assertRefused(Arrays.copyOf(der, der.length + 1), NOW, Reason.BAD_CERTIFICATE);
  }

  @Test
  void truncatedAnywhere_isRefused() throws Exception {
    byte[] der = own();
    for (int length = 0; length < der.length; length++) {
      assertRefused(Arrays.copyOf(der, length), NOW, Reason.BAD_CERTIFICATE);
    }
  }

  @Test
  void twoCertificates_areRefused() throws Exception {
    X509Certificate certificate =
        HostCertificate.issue(Peers.ALICE, NOW, new SecureRandom()).certificate();
    PeerTrust trust = new PeerTrust(InstantSource.fixed(NOW));
    assertThat(trust.verify(new X509Certificate[] {certificate}))
        .isEqualTo(Peers.ALICE.publicKey());
    assertThatThrownBy(() -> trust.verify(new X509Certificate[] {certificate, certificate}))
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.BAD_CERTIFICATE));
  }

  @Test
  void rotation_replacesTheCertificateAfterItsPeriod() {
    Instant[] now = {NOW};
    CertificateRotation rotation =
        new CertificateRotation(Peers.ALICE, () -> now[0], new SecureRandom());
    HostCertificate first = rotation.current();
    now[0] = NOW.plus(CertificateRotation.PERIOD).minusSeconds(1);
    assertThat(rotation.current()).isSameAs(first);
    now[0] = NOW.plus(CertificateRotation.PERIOD);
    assertThat(rotation.current()).isNotEqualTo(first);
  }

  private static byte[] own() throws Exception {
    return HostCertificate.issue(Peers.ALICE, NOW, new SecureRandom()).certificate().getEncoded();
  }

  private static void assertRefused(byte[] der, Instant now, Reason reason) {
    assertThatThrownBy(() -> PeerCertificate.decode(der).verify(now))
        .isInstanceOfSatisfying(
            SecureChannelException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
