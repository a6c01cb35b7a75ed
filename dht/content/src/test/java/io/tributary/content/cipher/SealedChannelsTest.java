package io.tributary.content.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.content.ByteRange;
import io.tributary.content.Dribble;
import io.tributary.content.Sha256;
import io.tributary.content.StoredForm;
import io.tributary.content.Vectors;
import io.tributary.content.Xorshift;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole files through {@link SealingChannel} and {@link OpeningChannel}. */
class SealedChannelsTest {
  private static final Cd2nCipher GCM = Cd2nCipher.of(new byte[32]);

  static Stream<JsonNode> files() {
    return Stream.concat(
        Vectors.each(Vectors.ENCRYPTED_FILES.get("cd2n_gcm")),
        Vectors.each(Vectors.ENCRYPTED_FILES.get("deoss_cbc")));
  }

  private static PieceCipher cipher(JsonNode vector) {
    return vector.has("key")
        ? Cd2nCipher.of(Vectors.hex(vector.get("key")))
        : DeossCipher.of(vector.get("cipher").textValue());
  }

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static byte[] part(byte[] bytes, ByteRange range) {
    return Arrays.copyOfRange(bytes, (int) range.offset(), (int) range.end());
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_sealedAndOpenedByRanges_isThatOfItsVector(JsonNode vector) throws IOException {
    PieceCipher cipher = cipher(vector);
    StoredForm form = cipher.form();
    byte[] plain =
        Xorshift.bytes(vector.get("seed").longValue(), vector.get("plain_bytes").intValue());

    SealingChannel sealing =
        new SealingChannel(
            new Dribble(channel(plain), new SplittableRandom(plain.length), 200_000), cipher);
    byte[] stored = Xorshift.drain(sealing);

    assertThat(sealing.plainBytes()).isEqualTo(plain.length);
    assertThat(stored)
        .hasSize(vector.get("stored_bytes").intValue())
        .hasSize((int) form.storedBytes(plain.length));
    assertThat(Sha256.of(stored).toHex()).isEqualTo(vector.get("stored_sha256").textValue());
    if (vector.has("stored")) {
      assertThat(stored).isEqualTo(Vectors.hex(vector.get("stored")));
    }

    SplittableRandom random = new SplittableRandom(vector.get("seed").longValue());
    for (int round = 0; round < 4; round++) {
      long start = round == 0 ? 0 : random.nextLong(plain.length);
      long end = round == 0 ? plain.length : random.nextLong(start, plain.length) + 1;
      ByteRange range = ByteRange.between(start, end);
      byte[] storedPart = part(stored, form.storedRange(plain.length, range));
      OpeningChannel opening =
          new OpeningChannel(
              new Dribble(channel(storedPart), random.split(), 3_000_000),
              cipher,
              plain.length,
              range);
      assertThat(Arrays.equals(Xorshift.drain(opening), part(plain, range)))
          .as("%s", range)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void pieces_sealedOneByOne_areThoseOfTheVector(JsonNode vector) {
    PieceCipher cipher = cipher(vector);
    byte[] plain =
        Xorshift.bytes(vector.get("seed").longValue(), vector.get("plain_bytes").intValue());
    int pieceBytes = cipher.form().plainPieceBytes();
    ByteBuffer stored = ByteBuffer.allocate(cipher.form().storedPieceBytes());
    JsonNode hashes = vector.get("piece_sha256");
    assertThat(hashes).hasSize(cipher.form().pieceCount(plain.length));
    for (int piece = 0; piece < hashes.size(); piece++) {
      int start = piece * pieceBytes;
      cipher.seal(
          piece,
          ByteBuffer.wrap(plain, start, Math.min(pieceBytes, plain.length - start)),
          stored.clear());
      assertThat(Sha256.of(stored.flip()).toHex()).isEqualTo(hashes.get(piece).textValue());
    }
  }

  @Test
  void emptyFile_staysEmpty() throws IOException {
    ReadableByteChannel empty = Channels.newChannel(InputStream.nullInputStream());
    SealingChannel sealing = new SealingChannel(empty, DeossCipher.of("k"));
    assertThat(sealing.read(ByteBuffer.allocate(10))).isEqualTo(-1);
    assertThat(sealing.read(ByteBuffer.allocate(10))).isEqualTo(-1);
  }

  @Test
  void storedBytesThatEndTooEarly_areTruncated() {
    byte[] stored = seal(new byte[1000]);
    OpeningChannel opening =
        new OpeningChannel(
            channel(Arrays.copyOf(stored, stored.length - 1)), GCM, 1000, new ByteRange(5, 1));
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> opening.read(ByteBuffer.allocate(10)))
        .withMessage("TRUNCATED in piece 0: the stored bytes end after 1015 of 1016");
  }

  @Test
  void pieceThatFails_releasesNothing() throws IOException {
    byte[] stored = seal(new byte[1000]);
    stored[1015] ^= 1;
    OpeningChannel opening = new OpeningChannel(channel(stored), GCM, 1000, ByteRange.whole(1000));
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThatExceptionOfType(UnreadableContentException.class)
        .isThrownBy(() -> opening.read(target))
        .satisfies(
            e -> assertThat(e.reason()).isEqualTo(UnreadableContentException.Reason.BAD_TAG));
    assertThat(target.position()).isZero();
    assertThat(opening.read(target)).isEqualTo(-1);
  }

  private static byte[] seal(byte[] plain) {
    ByteBuffer stored = ByteBuffer.allocate(plain.length + 16);
    GCM.seal(0, ByteBuffer.wrap(plain), stored);
    return stored.array();
  }

  @Test
  void fullTarget_readsNothing() throws IOException {
    ByteBuffer full = ByteBuffer.allocate(0);
    assertThat(new SealingChannel(channel(new byte[1]), GCM).read(full)).isZero();
    assertThat(new OpeningChannel(channel(new byte[17]), GCM, 1, ByteRange.whole(1)).read(full))
        .isZero();
  }

  @Test
  void rangeBeyondTheFile_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OpeningChannel(channel(new byte[0]), GCM, 10, new ByteRange(10, 1)));
  }

  @Test
  void close_closesTheSource() throws IOException {
    ReadableByteChannel plain = channel(new byte[1]);
    ReadableByteChannel stored = channel(new byte[17]);
    try (SealingChannel sealing = new SealingChannel(plain, GCM);
        OpeningChannel opening = new OpeningChannel(stored, GCM, 1, ByteRange.whole(1))) {
      assertThat(sealing.isOpen()).isTrue();
      assertThat(opening.isOpen()).isTrue();
    }
    assertThat(plain.isOpen()).isFalse();
    assertThat(stored.isOpen()).isFalse();
  }
}
