package io.tributary.content.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.ByteRange;
import io.tributary.content.StoredForm;
import io.tributary.content.Vectors;
import io.tributary.content.Xorshift;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeossCipherTest {
  private static final int PLAIN = StoredForm.DEOSS_CBC.plainPieceBytes();
  private static final int STORED = StoredForm.DEOSS_CBC.storedPieceBytes();
  private static final DeossCipher CIPHER = DeossCipher.of("secret");
  private static final byte[] PIECE = Xorshift.bytes(99, PLAIN);
  private static final byte[] SEALED = seal(PIECE);

  private static byte[] seal(byte[] plain) {
    ByteBuffer stored = ByteBuffer.allocate(STORED);
    CIPHER.seal(0, ByteBuffer.wrap(plain), stored);
    assertThat(stored.hasRemaining()).isFalse();
    return stored.array();
  }

  static Stream<JsonNode> vectors() {
    return Vectors.each(Vectors.IDENTIFIERS.get("aes_cbc"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vector_isReproduced(JsonNode vector) throws GeneralSecurityException {
    // The vectors are shorter than any piece and padded to a block, so the test pads them.
    byte[] plain = Vectors.hex(vector.get("plaintext"));
    int padding = 16 - plain.length % 16;
    byte[] padded = Arrays.copyOf(plain, plain.length + padding);
    Arrays.fill(padded, plain.length, padded.length, (byte) padding);
    DeossCipher cipher = DeossCipher.of(vector.get("cipher").textValue());
    assertThat(cipher.encryptor(0).doFinal(padded))
        .isEqualTo(Vectors.hex(vector.get("ciphertext")));

    ByteBuffer opened = ByteBuffer.allocate(plain.length);
    cipher.openPart(
        0,
        plain.length,
        ByteBuffer.wrap(Vectors.hex(vector.get("ciphertext")), 0, storedLength(plain.length)),
        opened);
    assertThat(opened.array()).isEqualTo(plain);
  }

  private static int storedLength(int plainLength) {
    return (int) DeossCipher.storedPart(0, plainLength).length();
  }

  @Test
  void piece_sealedAndOpened_isTheSame() throws UnreadableContentException {
    ByteBuffer plain = ByteBuffer.allocate(PLAIN);
    CIPHER.open(5, ByteBuffer.wrap(SEALED), plain);
    assertThat(plain.array()).isEqualTo(PIECE);
  }

  @Test
  void shortPiece_isFilledUpWithZeros() throws UnreadableContentException {
    for (int length : new int[] {1, 17, 1_000_000}) {
      byte[] plain = Arrays.copyOf(PIECE, length);
      byte[] filled = Arrays.copyOf(plain, PLAIN);
      assertThat(seal(plain)).as("%d bytes", length).isEqualTo(seal(filled));
    }
  }

  @Test
  void directBuffers_areSealedAndOpenedToo() throws UnreadableContentException {
    ByteBuffer stored = ByteBuffer.allocateDirect(STORED);
    CIPHER.seal(0, ByteBuffer.allocateDirect(PLAIN).put(PIECE).flip(), stored);
    assertThat(stored.flip()).isEqualTo(ByteBuffer.wrap(SEALED));
    ByteBuffer plain = ByteBuffer.allocateDirect(PLAIN);
    CIPHER.open(0, stored, plain);
    assertThat(plain.flip()).isEqualTo(ByteBuffer.wrap(PIECE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Secret", "secret0x", "s", "01234567890123456789012345678901"})
  void otherPassphrase_isBadPadding(String passphrase) {
    DeossCipher other = DeossCipher.of(passphrase);
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> other.open(3, ByteBuffer.wrap(SEALED), ByteBuffer.allocate(PLAIN)))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(UnreadableContentException.Reason.BAD_PADDING);
              assertThat(e.piece()).isEqualTo(3);
            });
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> other.checkKey(3, tail()))
        .withMessageStartingWith("BAD_PADDING in piece 3: ");
  }

  private static ByteBuffer tail() {
    return ByteBuffer.wrap(
        SEALED, STORED - DeossCipher.KEY_CHECK_BYTES, DeossCipher.KEY_CHECK_BYTES);
  }

  @Test
  void rightPassphrase_passesTheKeyCheck() throws UnreadableContentException {
    ByteBuffer tail = tail();
    CIPHER.checkKey(0, tail);
    assertThat(tail.hasRemaining()).isFalse();
    // The format fills up with '0', so these are one key.
    DeossCipher.of("secret00").checkKey(0, tail());
  }

  @Test
  void onlyPartOfThePadding_isBadPadding() throws GeneralSecurityException {
    // PKCS #7 would take a last byte of 1 for one byte of padding; a DeOSS piece never has that.
    byte[] plain = Arrays.copyOf(PIECE, STORED);
    plain[STORED - 1] = 1;
    byte[] stored = CIPHER.encryptor(0).doFinal(plain);
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> CIPHER.open(0, ByteBuffer.wrap(stored), ByteBuffer.allocate(PLAIN)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, STORED_MINUS_1})
  void pieceOfAnotherLength_isBadLength(int length) {
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(
            () -> CIPHER.open(0, ByteBuffer.wrap(SEALED, 0, length), ByteBuffer.allocate(PLAIN)))
        .satisfies(
            e -> assertThat(e.reason()).isEqualTo(UnreadableContentException.Reason.BAD_LENGTH));
  }

  private static final int STORED_MINUS_1 = (32 << 20) - 1;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void part_isOpenedAsTheWhole(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      int offset =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(50);
            case 1 -> random.nextInt(PLAIN);
            default -> PLAIN - 1 - random.nextInt(50);
          };
      int length =
          random.nextInt(1, Math.min(random.nextBoolean() ? 40 : 300_000, PLAIN - offset) + 1);
      ByteRange part = DeossCipher.storedPart(offset, length);
      ByteBuffer stored = ByteBuffer.wrap(SEALED, (int) part.offset(), (int) part.length()).slice();
      ByteBuffer plain = ByteBuffer.allocate(length);
      CIPHER.openPart(offset, length, stored, plain);
      assertThat(stored.hasRemaining()).isFalse();
      assertThat(plain.array())
          .as("seed %d: %d bytes from %d", seed, length, offset)
          .isEqualTo(Arrays.copyOfRange(PIECE, offset, offset + length));
    }
  }

  @Test
  void part_needsOneBlockMoreThanItCovers() {
    assertThat(DeossCipher.storedPart(0, 1)).isEqualTo(new ByteRange(0, 16));
    assertThat(DeossCipher.storedPart(15, 2)).isEqualTo(new ByteRange(0, 32));
    assertThat(DeossCipher.storedPart(16, 16)).isEqualTo(new ByteRange(0, 32));
    assertThat(DeossCipher.storedPart(32, 17)).isEqualTo(new ByteRange(16, 48));
    assertThat(DeossCipher.storedPart(PLAIN - 1, 1)).isEqualTo(new ByteRange(PLAIN - 32, 32));
  }

  @Test
  void partOrBufferThatDoesNotFit_isRefused() {
    ByteBuffer room = ByteBuffer.allocate(16);
    assertThatIllegalArgumentException().isThrownBy(() -> DeossCipher.storedPart(PLAIN, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> DeossCipher.storedPart(-1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.openPart(0, 1, ByteBuffer.allocate(17), room));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.openPart(0, 17, ByteBuffer.allocate(32), room));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.checkKey(0, ByteBuffer.allocate(16)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.seal(0, ByteBuffer.allocate(1), room));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.seal(0, ByteBuffer.allocate(0), room));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.seal(-1, ByteBuffer.wrap(PIECE), ByteBuffer.allocate(STORED)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CIPHER.open(0, ByteBuffer.wrap(SEALED), room));
  }

  @Test
  void passphrase_ofNoOrTooManyBytes_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> DeossCipher.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> DeossCipher.of("x".repeat(33)));
    // 17 characters, but 34 bytes
    assertThatIllegalArgumentException().isThrownBy(() -> DeossCipher.of("ä".repeat(17)));
    assertThat(DeossCipher.of("ä".repeat(16)).form()).isEqualTo(StoredForm.DEOSS_CBC);
  }

  @Test
  void print_doesNotTellTheKey() {
    assertThat(CIPHER).hasToString("DEOSS_CBC");
  }
}
