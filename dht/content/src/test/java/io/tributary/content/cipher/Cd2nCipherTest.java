package io.tributary.content.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.StoredForm;
import io.tributary.content.Vectors;
import io.tributary.content.Xorshift;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Cd2nCipherTest {
  private static final byte[] KEY = Xorshift.bytes(5, 32);
  private static final Cd2nCipher CIPHER = Cd2nCipher.of(KEY);

  static Stream<JsonNode> vectors() {
    return Vectors.each(Vectors.IDENTIFIERS.get("aes_gcm_pre"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void nonce_isThatOfItsVector(JsonNode vector) {
    assertThat(
            Cd2nCipher.of(Vectors.hex(vector.get("key"))).nonce(vector.get("index").intValue() - 1))
        .isEqualTo(Vectors.hex(vector.get("nonce")));
  }

  private static byte[] seal(int piece, byte[] plain) {
    ByteBuffer stored = ByteBuffer.allocate(plain.length + 16);
    CIPHER.seal(piece, ByteBuffer.wrap(plain), stored);
    assertThat(stored.hasRemaining()).isFalse();
    return stored.array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 1000, 70_000, (30 << 20) - 16})
  void block_sealedAndOpened_isTheSame(int length) throws UnreadableContentException {
    byte[] plain = Xorshift.bytes(7, length);
    ByteBuffer opened = ByteBuffer.allocate(length);
    CIPHER.open(9, ByteBuffer.wrap(seal(9, plain)), opened);
    assertThat(opened.array()).isEqualTo(plain);
  }

  @Test
  void directBuffers_areSealedAndOpenedToo() throws UnreadableContentException {
    byte[] plain = Xorshift.bytes(7, 100_000);
    ByteBuffer stored = ByteBuffer.allocateDirect(100_016);
    CIPHER.seal(0, ByteBuffer.allocateDirect(100_000).put(plain).flip(), stored);
    assertThat(stored.flip()).isEqualTo(ByteBuffer.wrap(seal(0, plain)));
    ByteBuffer opened = ByteBuffer.allocateDirect(100_000);
    CIPHER.open(0, stored, opened);
    assertThat(opened.flip()).isEqualTo(ByteBuffer.wrap(plain));
  }

  @Test
  void blockInAnotherPlace_isABadTag() {
    assertBadTag(CIPHER, 1, seal(0, new byte[100]));
  }

  @Test
  void otherKey_isABadTag() {
    byte[] otherKey = KEY.clone();
    otherKey[31] ^= 1;
    assertBadTag(Cd2nCipher.of(otherKey), 0, seal(0, new byte[100]));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyChangedBit_isABadTag(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] stored = seal(0, Xorshift.bytes(8, 300));
    for (int round = 0; round < 100; round++) {
      byte[] changed = stored.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      assertBadTag(CIPHER, 0, changed);
    }
    assertBadTag(CIPHER, 0, Arrays.copyOf(stored, stored.length - 1));
  }

  private static void assertBadTag(Cd2nCipher cipher, int piece, byte[] stored) {
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(
            () -> cipher.open(piece, ByteBuffer.wrap(stored), ByteBuffer.allocate(stored.length)))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(UnreadableContentException.Reason.BAD_TAG);
              assertThat(e.piece()).isEqualTo(piece);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, (30 << 20) + 1})
  void blockOfNoLength_isBadLength(int length) {
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> CIPHER.open(0, ByteBuffer.allocate(length), ByteBuffer.allocate(length)))
        .satisfies(
            e -> assertThat(e.reason()).isEqualTo(UnreadableContentException.Reason.BAD_LENGTH));
  }

  @Test
  void keyOfAnotherLength_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Cd2nCipher.of(new byte[16]));
    assertThatIllegalArgumentException().isThrownBy(() -> Cd2nCipher.of(new byte[33]));
    assertThat(CIPHER.form()).isEqualTo(StoredForm.CD2N_GCM);
  }

  @Test
  void key_isCopied() throws UnreadableContentException {
    byte[] key = KEY.clone();
    Cd2nCipher cipher = Cd2nCipher.of(key);
    Arrays.fill(key, (byte) 0);
    cipher.open(0, ByteBuffer.wrap(seal(0, new byte[1])), ByteBuffer.allocate(1));
  }
}
