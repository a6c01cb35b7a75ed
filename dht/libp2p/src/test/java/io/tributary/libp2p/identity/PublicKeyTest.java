package io.tributary.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.tributary.libp2p.JsVectors;
import io.tributary.libp2p.multiformats.MalformedFormatException.Reason;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.KeyMessages;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PublicKeyTest {
  private static final PrivateKey ALICE = PrivateKey.ofEd25519Seed(new byte[32]);

  static Stream<JsonNode> jsKeys() {
    return JsVectors.each("keys");
  }

  static Stream<SpecKeysTest.SpecKey> specKeys() throws Exception {
    return SpecKeysTest.keys();
  }

  @ParameterizedTest
  @MethodSource("jsKeys")
  void signature_ofJs_isAccepted(JsonNode vector) {
    PrivateKey key = PrivateKey.decode(JsVectors.bytes(vector, "privateKey"));
    byte[] message = HexFormat.of().parseHex(JsVectors.get("message").asText());
    byte[] signature = JsVectors.bytes(vector, "signature");

    assertThat(key.publicKey().encode()).isEqualTo(JsVectors.bytes(vector, "publicKey"));
    assertThat(key.peerId()).hasToString(vector.get("peerId").asText());
    assertThat(key.publicKey().verify(message, signature)).isTrue();
    if (key.type() != KeyType.SECP256K1) { // whose nonce js draws at random
      assertThat(key.sign(message)).isEqualTo(signature);
    }
  }

  @ParameterizedTest
  @MethodSource("specKeys")
  void bytes_cutAnywhere_areRefused(SpecKeysTest.SpecKey key) {
    for (byte[] whole : new byte[][] {key.publicKey(), key.privateKey()}) {
      for (int length = 0; length < whole.length; length += Math.max(1, whole.length / 100)) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(MalformedMessageException.class)
            .as("%d bytes of %s", length, key)
            .isThrownBy(
                () -> {
                  if (whole.length == key.publicKey().length) {
                    PublicKey.decode(cut);
                  } else {
                    PrivateKey.decode(cut);
                  }
                });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specKeys")
  void bytes_bent_areRefusedOrAnotherKey(SpecKeysTest.SpecKey key) {
    SplittableRandom random = new SplittableRandom(key.type().code());
    PublicKey original = PublicKey.decode(key.publicKey());
    for (int i = 0; i < 200; i++) {
      byte[] bent = key.publicKey();
      bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        PublicKey other = PublicKey.decode(bent);
        assertThat(other).as("case %d", i).isNotEqualTo(original);
        assertThat(other.encode()).as("case %d", i).isEqualTo(bent);
      } catch (MalformedMessageException e) {
        assertThat(e.reason()).as("case %d", i).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "08011220%s00, BAD_VALUE", // a tag of nothing
    "08011220%s1801, NOT_CANONICAL", // a field more
    "1220%s0801, NOT_CANONICAL", // the other order
    "0881001220%s, NOT_CANONICAL", // a long type
    "080112a000%s, NOT_CANONICAL", // a long length
    "080108011220%s, NOT_CANONICAL", // a type twice
    "1220%s, BAD_VALUE", // no type
    "0801, BAD_VALUE", // no data
    "08041220%s, BAD_VALUE", // a type of the future
    "08021220%s, BAD_VALUE", // of another type
  })
  void encoding_notTheOne_isRefused(String template, Reason reason) {
    String data = HexFormat.of().formatHex(ALICE.publicKey().data());

    assertRefused(
        reason, () -> PublicKey.decode(HexFormat.of().parseHex(template.formatted(data))));
  }

  @Test
  void encoding_tooLong_isRefused() {
    assertRefused(
        Reason.TOO_LONG, () -> PublicKey.decode(new byte[PublicKey.MAX_ENCODED_BYTES + 1]));
    assertRefused(
        Reason.TOO_LONG, () -> PrivateKey.decode(new byte[PrivateKey.MAX_ENCODED_BYTES + 1]));
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 65537, false",
    "2047, 65537, false",
    "2048, 65537, true",
    "2048, 3, true",
    "2048, 1, false",
    "2048, 4, false",
    "2048, 4294967297, false",
    "8192, 65537, true",
    "8193, 65537, false",
  })
  void rsa_sizeIsBounded(int bits, long exponent, boolean accepted) throws Exception {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
    byte[] data = spki(modulus, BigInteger.valueOf(exponent));

    if (accepted) {
      assertThat(PublicKey.of(KeyType.RSA, data).data()).isEqualTo(data);
    } else {
      assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.RSA, data));
    }
  }

  @Test
  void rsa_largestKeyFitsItsEncodedForm() throws Exception {
    byte[] data =
        spki(
            BigInteger.ONE.shiftLeft(8191).setBit(0),
            BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE));

    PublicKey key = PublicKey.of(KeyType.RSA, data);
    assertThat(PublicKey.decode(key.encode())).isEqualTo(key);
  }

  private static byte[] spki(BigInteger modulus, BigInteger exponent) throws Exception {
    return new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
            new RSAPublicKey(modulus, exponent))
        .getEncoded();
  }

  @Test
  void ecdsa_ofAnotherCurve_isRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] data = generator.generateKeyPair().getPublic().getEncoded();

    assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.ECDSA, data));
  }

  @Test
  void ecdsa_offTheCurve_isRefused() {
    SpecKeysTest.SpecKey p256 = specKey(KeyType.ECDSA);
    byte[] data = PublicKey.decode(p256.publicKey()).data();
    data[data.length - 1] ^= 1;

    assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.ECDSA, data));
  }

  @Test
  void secp256k1_notCompressed_isRefused() {
    byte[] point = Secp256k1.CURVE.getCurve().decodePoint(secp256k1Data()).getEncoded(false);

    assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.SECP256K1, point));
    assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.SECP256K1, new byte[33]));
    assertRefused(Reason.BAD_VALUE, () -> PublicKey.of(KeyType.SECP256K1, new byte[0]));
  }

  @Test
  void secp256k1_signsWithTheLowerHalfAndAcceptsBoth() throws Exception {
    PrivateKey key = PrivateKey.decode(specKey(KeyType.SECP256K1).privateKey());
    BigInteger order = Secp256k1.CURVE.getN();
    for (byte i = 0; i < 20; i++) {
      byte[] message = {i};
      byte[] signature = key.sign(message);
      BigInteger[] rs = Secp256k1.SIGNATURE_FORM.decode(order, signature);
      byte[] mirrored = Secp256k1.SIGNATURE_FORM.encode(order, rs[0], order.subtract(rs[1]));

      assertThat(rs[1]).isLessThanOrEqualTo(Secp256k1.HALF_ORDER);
      assertThat(key.publicKey().verify(message, signature)).isTrue();
      assertThat(key.publicKey().verify(message, mirrored)).isTrue();
      assertThat(key.sign(message)).isEqualTo(signature);
    }
  }

  @Test
  void secp256k1_numberOutsideTheOrder_isRefused() {
    byte[] zero = new byte[32];
    byte[] order = HexFormat.of().parseHex(Secp256k1.CURVE.getN().toString(16));

    for (byte[] number : new byte[][] {zero, order, new byte[31]}) {
      byte[] encoded =
          KeyMessages.PrivateKey.newBuilder()
              .setType(KeyMessages.KeyType.SECP256K1)
              .setData(ByteString.copyFrom(number))
              .build()
              .toByteArray();
      assertRefused(Reason.BAD_VALUE, () -> PrivateKey.decode(encoded));
    }
  }

  @ParameterizedTest
  @MethodSource("specKeys")
  void signature_thatIsNone_isJustWrong(SpecKeysTest.SpecKey key) {
    PublicKey publicKey = PublicKey.decode(key.publicKey());

    for (byte[] junk : new byte[][] {{}, {1}, new byte[64], new byte[72], new byte[512]}) {
      assertThat(publicKey.verify(new byte[] {1}, junk)).as("%d bytes", junk.length).isFalse();
    }
  }

  @Test
  void ed25519_oldPrivateForm_isReadIfItsKeysAgree() {
    byte[] seed = new byte[32];
    byte[] publicKey = ALICE.publicKey().data();
    byte[] other = PrivateKey.ofEd25519Seed(publicKey).publicKey().data();

    assertThat(PrivateKey.decode(privateEd25519(seed, publicKey, publicKey)).publicKey())
        .isEqualTo(ALICE.publicKey());
    assertRefused(
        Reason.BAD_VALUE, () -> PrivateKey.decode(privateEd25519(seed, publicKey, other)));
    assertRefused(Reason.BAD_VALUE, () -> PrivateKey.decode(privateEd25519(seed, other)));
    assertRefused(Reason.BAD_VALUE, () -> PrivateKey.decode(privateEd25519(seed)));
  }

  private static byte[] privateEd25519(byte[]... parts) {
    return KeyMessages.PrivateKey.newBuilder()
        .setType(KeyMessages.KeyType.ED25519)
        .setData(ByteString.copyFrom(Arrays.stream(parts).map(ByteString::copyFrom).toList()))
        .build()
        .toByteArray();
  }

  @Test
  void inlineKey_notAKey_isRefused() {
    PeerId nobody =
        PeerId.of(io.tributary.libp2p.multiformats.Multihash.identity(new byte[] {8, 1}));

    assertRefused(Reason.BAD_VALUE, () -> PublicKey.inlineIn(nobody));
  }

  private static byte[] secp256k1Data() {
    return PublicKey.decode(specKey(KeyType.SECP256K1).publicKey()).data();
  }

  private static SpecKeysTest.SpecKey specKey(KeyType type) {
    try {
      return SpecKeysTest.keys().filter(key -> key.type() == type).findFirst().orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertRefused(Reason reason, Runnable call) {
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
