package io.tributary.origin.identity;

import static io.tributary.origin.identity.IdentityVectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.AccountId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Sr25519Test {
  private static final IdentityVectors VECTORS = IdentityVectors.load();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final BigInteger GROUP_ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  @Test
  void seeds_giveTheAccountsOfPolkadot() {
    assertThat(VECTORS.pairs()).hasSize(16);
    for (IdentityVectors.Pair pair : VECTORS.pairs()) {
      assertThat(pairOf(pair).account()).hasToString(pair.account());
    }
  }

  @Test
  void signaturesOfPolkadot_areValid() {
    assertThat(VECTORS.signatures()).hasSize(26);
    for (IdentityVectors.Signature vector : VECTORS.signatures()) {
      assertThat(
              Sr25519.verify(
                  AccountId.of(bytes(vector.account())),
                  bytes(vector.message()),
                  bytes(vector.signature())))
          .as("%s over %s", vector.maker(), vector.message())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void ownSignature_isValidOnlyForItsMessageAndAccount(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Sr25519KeyPair pair = pairOf(VECTORS.pairs().get(random.nextInt(16)));
    byte[] message = new byte[random.nextInt(400)];
    random.nextBytes(message);
    byte[] signature = pair.sign(message);
    assertThat(Sr25519.verify(pair.account(), message, signature)).as("seed %d", seed).isTrue();

    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertThat(Sr25519.verify(pair.account(), longer, signature)).as("seed %d", seed).isFalse();
    AccountId other = Sr25519KeyPair.generate(RANDOM).account();
    assertThat(Sr25519.verify(other, message, signature)).as("seed %d", seed).isFalse();
  }

  @Test
  void anyFlippedBit_makesTheSignatureInvalid() {
    Sr25519KeyPair pair = pairOf(VECTORS.pairs().get(0));
    byte[] message = "tributary".getBytes(StandardCharsets.UTF_8);
    byte[] signature = pair.sign(message);
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Sr25519.verify(pair.account(), message, changed)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void scalarPlusGroupOrder_isRefused() {
    Sr25519KeyPair pair = pairOf(VECTORS.pairs().get(1));
    byte[] message = {1, 2, 3};
    byte[] signature = pair.sign(message);
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[31 - i] = signature[32 + i];
    }
    bigEndian[0] &= 0x7f;
    BigInteger alias = new BigInteger(1, bigEndian).add(GROUP_ORDER);
    assertThat(alias.bitLength()).isLessThan(256);
    byte[] changed = signature.clone();
    for (int i = 0; i < 32; i++) {
      changed[32 + i] = alias.shiftRight(8 * i).byteValue();
    }
    changed[63] |= (byte) 0x80;
    assertThat(Sr25519.verify(pair.account(), message, changed)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 65, 128})
  void wrongLength_isRefused(int length) {
    byte[] signature = new byte[length];
    Arrays.fill(signature, (byte) 0xff);
    AccountId account = pairOf(VECTORS.pairs().get(2)).account();
    assertThat(Sr25519.verify(account, new byte[0], signature)).isFalse();
  }

  /** Not canonical, negative, not square and identity encodings, partly from RFC 9496 A.2. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
        "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"
      })
  void accountThatIsNoPoint_hasNoValidSignature(String account) {
    byte[] signature = pairOf(VECTORS.pairs().get(3)).sign(new byte[8]);
    assertThat(Sr25519.verify(AccountId.of(bytes(account)), new byte[8], signature)).isFalse();
  }

  @Test
  void identityAccount_isNotForgeable() {
    // For the identity as key, (R, s) = (identity, 0) satisfies the equation for every message.
    byte[] forged = new byte[64];
    forged[63] = (byte) 0x80;
    assertThat(Sr25519.verify(AccountId.of(new byte[32]), new byte[] {7}, forged)).isFalse();
  }

  @Test
  void twoSignaturesOverOneMessage_differ() {
    Sr25519KeyPair pair = Sr25519KeyPair.generate(RANDOM);
    assertThat(pair.sign(new byte[4])).isNotEqualTo(pair.sign(new byte[4]));
  }

  @Test
  void stuckRandomSource_stillGivesDifferentNoncesForDifferentMessages() {
    SecureRandom stuck =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 0);
          }
        };
    Sr25519KeyPair pair = Sr25519KeyPair.fromSeed(new byte[32], stuck);
    byte[] first = pair.sign(new byte[] {1});
    byte[] second = pair.sign(new byte[] {2});
    assertThat(Arrays.copyOf(first, 32)).isNotEqualTo(Arrays.copyOf(second, 32));
    assertThat(Sr25519.verify(pair.account(), new byte[] {1}, first)).isTrue();
  }

  @Test
  void keyPair_neverPrintsItsSecret() {
    IdentityVectors.Pair vector = VECTORS.pairs().get(4);
    Sr25519KeyPair pair = pairOf(vector);
    assertThat(pair.toString()).contains(vector.account()).contains("redacted");
    assertThat(pair.toString()).hasSize("Sr25519KeyPair[account=, key=redacted]".length() + 64);
  }

  @Test
  void seedOfWrongLength_isRefusedWithoutPrintingIt() {
    assertThatThrownBy(() -> Sr25519KeyPair.fromSeed(new byte[31], RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an sr25519 seed has 32 bytes, this has 31");
  }

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  private static Sr25519KeyPair pairOf(IdentityVectors.Pair vector) {
    return Sr25519KeyPair.fromSeed(bytes(vector.seed()), RANDOM);
  }
}
