package io.tributary.content.cipher;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.content.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;

/** Stored bytes from strangers: opened, or refused by the documented exception. */
class CipherFuzzTest {
  private static final Cd2nCipher GCM = Cd2nCipher.of(new byte[32]);
  private static final DeossCipher CBC = DeossCipher.of("k");

  @FuzzTest(maxDuration = "30s")
  void cd2nBlock_isRefusedOrSealsToTheSameBytes(FuzzedDataProvider data) {
    int piece = data.consumeInt(0, Integer.MAX_VALUE);
    byte[] stored = data.consumeRemainingAsBytes();
    ByteBuffer plain = ByteBuffer.allocate(stored.length);
    try {
      GCM.open(piece, ByteBuffer.wrap(stored), plain);
    } catch (UnreadableContentException e) {
      return;
    }
    ByteBuffer again = ByteBuffer.allocate(stored.length);
    GCM.seal(piece, plain.flip(), again);
    if (!Arrays.equals(again.array(), stored)) {
      throw new AssertionError("opened what it would not have sealed");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void cd2nStream_endsOrIsRefused(FuzzedDataProvider data) {
    long plainBytes = data.consumeLong(1, 100_000);
    long start = data.consumeLong(0, plainBytes - 1);
    long end = data.consumeLong(start + 1, plainBytes);
    byte[] stored = data.consumeRemainingAsBytes();
    ByteBuffer target = ByteBuffer.allocate(1000);
    try (OpeningChannel opening =
        new OpeningChannel(
            Channels.newChannel(new ByteArrayInputStream(stored)),
            GCM,
            plainBytes,
            ByteRange.between(start, end))) {
      long total = 0;
      int read = opening.read(target);
      while (read >= 0) {
        total += read;
        read = opening.read(target.clear());
      }
      if (total != end - start) {
        throw new AssertionError("gave " + total + " of " + (end - start));
      }
    } catch (UnreadableContentException e) {
      // refused, as documented
    } catch (IOException e) {
      throw new AssertionError("an array does not fail", e);
    }
  }

  @FuzzTest(maxDuration = "30s")
  void deossPart_ofAnyBytesOpensInItsLength(FuzzedDataProvider data) {
    int offset = data.consumeInt(0, CBC.form().plainPieceBytes() - 70_000);
    int length = data.consumeInt(1, 70_000);
    byte[] stored =
        Arrays.copyOf(
            data.consumeRemainingAsBytes(), (int) DeossCipher.storedPart(offset, length).length());
    ByteBuffer plain = ByteBuffer.allocate(length);
    CBC.openPart(offset, length, ByteBuffer.wrap(stored), plain);
    if (plain.hasRemaining()) {
      throw new AssertionError("left " + plain.remaining() + " bytes out");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void deossKeyCheck_passesOnlyTheEndOfAPiece(byte[] bytes) {
    byte[] tail = Arrays.copyOf(bytes, DeossCipher.KEY_CHECK_BYTES);
    try {
      CBC.checkKey(0, ByteBuffer.wrap(tail));
    } catch (UnreadableContentException e) {
      return;
    }
    // CBC opens the last block to anything, so what passes must be what the key itself makes.
    ByteBuffer padding = ByteBuffer.allocate(16);
    CBC.openPart(16, 16, ByteBuffer.wrap(tail), padding);
    for (byte b : padding.array()) {
      if (b != 16) {
        throw new AssertionError("passed without padding");
      }
    }
  }
}
