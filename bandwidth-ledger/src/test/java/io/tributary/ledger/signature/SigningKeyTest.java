package io.tributary.ledger.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SigningKeyTest {
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));

  static List<Curve> curves() {
    return Stream.of(Curve.bouncyCastle(), Curve.fastest()).distinct().toList();
  }

  @Test
  void nativeCurve_loadsWhereTheTestsRun() {
    assertThat(Curve.fastest().name()).isEqualTo("libsecp256k1");
  }

  /** The well-known vector of RFC 6979 for this curve: key 1 signs a name. */
  @ParameterizedTest
  @MethodSource("curves")
  void knownKeyAndMessage_giveTheKnownSignature(Curve curve) throws NoSuchAlgorithmException {
    byte[] one = new byte[32];
    one[31] = 1;
    Signature signature =
        SigningKey.of(one, curve)
            .sign(
                Hash256.of(
                    MessageDigest.getInstance("SHA-256")
                        .digest("Satoshi Nakamoto".getBytes(UTF_8))));
    assertThat(HexFormat.of().formatHex(signature.rs()))
        .isEqualTo(
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
  }

  @ParameterizedTest
  @MethodSource("curves")
  void signatures_areThoseOfBouncyCastlesSigner(Curve curve) {
    SecureRandom keys = new SecureRandom();
    SplittableRandom random = new SplittableRandom(6979);
    for (int i = 0; i < 100; i++) {
      SigningKey key = SigningKey.generate(keys, curve);
      byte[] digest = new byte[32];
      random.nextBytes(digest);
      ECDSASigner oracle = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
      oracle.init(true, new ECPrivateKeyParameters(new BigInteger(1, key.toBytes()), DOMAIN));
      BigInteger[] expected = oracle.generateSignature(digest);
      Signature signature = key.sign(Hash256.of(digest));
      assertThat(signature.r()).isEqualTo(expected[0]);
      assertThat(signature.s()).isEqualTo(expected[1].min(DOMAIN.getN().subtract(expected[1])));
      for (Curve other : curves()) {
        assertThat(other.verify(signature, digest, key.publicKey())).isTrue();
        assertThat(other.recover(signature, digest)).contains(key.publicKey());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("curves")
  void changedSignatureOrDigest_isNotTheKeys(Curve curve) {
    SplittableRandom random = new SplittableRandom(31);
    SigningKey key = SigningKey.generate(new SecureRandom(), curve);
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    byte[] good = key.sign(Hash256.of(digest)).toBytes();
    for (int bit = 0; bit < good.length * 8; bit += 3) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      boolean parityOnly = bit == 32 * 8 + 7;
      try {
        Signature changed = Signature.parse(bad);
        assertThat(curve.recover(changed, digest))
            .isNotEqualTo(java.util.Optional.of(key.publicKey()));
        assertThat(curve.verify(changed, digest, key.publicKey())).isEqualTo(parityOnly);
      } catch (MalformedLedgerValueException e) {
        assertThat(e).hasMessageContaining("of a signature");
      }
    }
    digest[0] ^= 1;
    assertThat(curve.verify(Signature.parse(good), digest, key.publicKey())).isFalse();
  }

  @Test
  void upperHalfOfS_isRefused() {
    SigningKey key = SigningKey.generate(new SecureRandom(), Curve.bouncyCastle());
    Signature signature = key.sign(Hash256.ZERO);
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> Signature.of(signature.r(), Curve.ORDER.subtract(signature.s()), true))
        .withMessageContaining("EIP-2");
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> Signature.parse(new byte[Signature.BYTES]));
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> Signature.parse(new byte[Signature.LONG_BYTES]));
  }

  @Test
  void numbersThatAreNoKeys_areRefused() {
    for (BigInteger bad : List.of(BigInteger.ZERO, Curve.ORDER)) {
      byte[] raw = new byte[32];
      byte[] digits = bad.toByteArray();
      System.arraycopy(
          digits,
          Math.max(0, digits.length - 32),
          raw,
          32 - Math.min(32, digits.length),
          Math.min(32, digits.length));
      assertThatExceptionOfType(MalformedLedgerValueException.class)
          .isThrownBy(() -> SigningKey.of(raw, Curve.bouncyCastle()));
    }
    assertThatExceptionOfType(MalformedLedgerValueException.class)
        .isThrownBy(() -> PublicKey.of(new byte[PublicKey.BYTES]));
  }

  @Test
  void closedKey_signsNoMoreAndShowsNothing() {
    SigningKey key = SigningKey.generate(new SecureRandom(), Curve.bouncyCastle());
    String secret = HexFormat.of().formatHex(key.toBytes());
    assertThat(key.toString()).doesNotContain(secret).contains(key.address().toString());
    key.close();
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> key.sign(Hash256.ZERO));
  }
}
