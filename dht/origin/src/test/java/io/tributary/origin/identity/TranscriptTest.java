package io.tributary.origin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  /** The published equivalence vector of Merlin. */
  @Test
  void simpleTranscript_givesMerlinsChallenge() {
    Transcript transcript = new Transcript("test protocol");
    transcript.append("some label", "some data");
    byte[] challenge = new byte[32];
    transcript.challenge("challenge", challenge);
    assertThat(HexFormat.of().formatHex(challenge))
        .isEqualTo("d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
  }

  @Test
  void movedBoundary_givesAnotherChallenge() {
    assertThat(challengeOf("ab", "c")).isNotEqualTo(challengeOf("a", "bc"));
  }

  @Test
  void continuingAnotherOperation_isRefused() {
    Strobe128 strobe = new Strobe128("test");
    strobe.ad(new byte[1], false);
    assertThatThrownBy(() -> strobe.metaAd(new byte[1], true))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void witness_dependsOnSecretAndOnRandomness() {
    byte[] witness = witness((byte) 1, (byte) 1);
    assertThat(witness((byte) 1, (byte) 1)).isEqualTo(witness);
    assertThat(witness((byte) 2, (byte) 1)).isNotEqualTo(witness);
    assertThat(witness((byte) 1, (byte) 2)).isNotEqualTo(witness);
  }

  private static byte[] witness(byte secret, byte randomness) {
    SecureRandom known =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, randomness);
          }
        };
    return new Transcript("test protocol")
        .witnessScalar("w", new byte[] {secret}, known)
        .toByteArray();
  }

  private static byte[] challengeOf(String first, String second) {
    Transcript transcript = new Transcript("test protocol");
    transcript.append("m", first);
    transcript.append("m", second);
    byte[] challenge = new byte[32];
    transcript.challenge("c", challenge);
    return challenge;
  }
}
