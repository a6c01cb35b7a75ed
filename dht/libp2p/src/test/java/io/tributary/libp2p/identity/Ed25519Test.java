package io.tributary.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That either library does the same Ed25519, whichever of them a platform ends up with. */
class Ed25519Test {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Ed25519> libraries() throws Exception {
    return Stream.of(new BouncyCastleEd25519(), new ConscryptEd25519());
  }

  /** RFC 8032, section 7.1, tests 2 and 3. */
  @ParameterizedTest
  @MethodSource("libraries")
  void vectors_ofTheRfc_hold(Ed25519 library) {
    assertVector(
        library,
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assertVector(
        library,
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  }

  private static void assertVector(
      Ed25519 library, String seed, String publicKey, String message, String signature) {
    byte[] key = library.publicKey(HEX.parseHex(seed));

    assertThat(HEX.formatHex(key)).isEqualTo(publicKey);
    assertThat(library.signer(HEX.parseHex(seed), key).sign(HEX.parseHex(message)))
        .isEqualTo(HEX.parseHex(signature));
    assertThat(
            library
                .verifier(key)
                .orElseThrow()
                .verify(HEX.parseHex(message), HEX.parseHex(signature)))
        .isTrue();
  }

  @Test
  void libraries_agreeOnSignaturesAndOnBentOnes() throws Exception {
    Ed25519 one = new BouncyCastleEd25519();
    Ed25519 other = new ConscryptEd25519();
    SplittableRandom random = new SplittableRandom(8032);
    for (int i = 0; i < 200; i++) {
      byte[] seed = new byte[Ed25519.KEY_BYTES];
      random.nextBytes(seed);
      byte[] message = new byte[random.nextInt(200)];
      random.nextBytes(message);
      byte[] key = one.publicKey(seed);
      byte[] signature = one.signer(seed, key).sign(message);
      byte[] bent = signature.clone();
      bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));

      assertThat(other.signer(seed, key).sign(message)).as("case %d", i).isEqualTo(signature);
      for (Ed25519 library : new Ed25519[] {one, other}) {
        Ed25519.Verifier verifier = library.verifier(key).orElseThrow();
        assertThat(verifier.verify(message, signature)).as("case %d", i).isTrue();
        assertThat(verifier.verify(message, bent)).as("case %d", i).isFalse();
      }
    }
  }

  /** A signature to whose second half the group's order is added is another text of the same. */
  @ParameterizedTest
  @MethodSource("libraries")
  void signature_malleated_isRefused(Ed25519 library) {
    byte[] seed = new byte[Ed25519.KEY_BYTES];
    byte[] key = library.publicKey(seed);
    byte[] message = {1};
    byte[] signature = library.signer(seed, key).sign(message);
    byte[] order = HEX.parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      int sum = (signature[32 + i] & 0xff) + (order[i] & 0xff) + carry;
      signature[32 + i] = (byte) sum;
      carry = sum >>> 8;
    }

    assertThat(carry).isZero();
    assertThat(library.verifier(key).orElseThrow().verify(message, signature)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void key_offTheCurveOrOfLowOrder_isNone(Ed25519 library) {
    for (String notAKey :
        new String[] {
          "0200000000000000000000000000000000000000000000000000000000000000", // no point
          "0100000000000000000000000000000000000000000000000000000000000000", // the neutral point
          "0000000000000000000000000000000000000000000000000000000000000000", // of order 4
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // not reduced
        }) {
      assertThat(library.verifier(HEX.parseHex(notAKey))).as(notAKey).isEmpty();
    }
  }

  @Test
  void provider_isConscryptWhereItLoads() {
    assertThat(Ed25519Provider.FASTEST).isInstanceOf(ConscryptEd25519.class);
  }
}
