package io.tributary.content.cipher;

import io.tributary.content.Sha256;
import io.tributary.content.StoredForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * CD2N's encryption: the file as a row of AES-256-GCM messages of 30 MiB, which is then cut into
 * segments without regard to their borders.
 *
 * <pre>{@code
 * nonce     first 12 bytes of SHA-256 of the text "[k0 k1 ... k31] n": the key's bytes in decimal,
 *           n = 1 for the first block; no additional data
 *
 * plain     |--- 30 MiB - 16 ---|--- 30 MiB - 16 ---|- rest -|
 * stored    |--- 30 MiB ----|tag|--- 30 MiB ----|tag|- rest -|tag|
 * segments  |------ 32 MiB -------|------ 32 MiB -------| ...
 * }</pre>
 *
 * <p><b>It has traps.</b> The nonce follows from the key and the block's number alone, so a key
 * must never encrypt two files: with equal nonces GCM gives away the difference of the plain bytes
 * and lets others forge. Nothing marks the last block, so a file cut at a block's end opens without
 * complaint; readers compare with the size on the chain. A block is 30 MiB, and all of it must be
 * there before any of it can be trusted.
 */
public final class Cd2nCipher extends PieceCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** The value of the counter for the first block of data. */
  private static final int FIRST_DATA_COUNTER = 2;

  private final SecretKeySpec key;

  /** The nonce's text up to the block's number; as secret as the key. */
  private final String noncePrefix;

  private Cd2nCipher(byte[] key) {
    super(StoredForm.CD2N_GCM);
    this.key = new SecretKeySpec(key, "AES");
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < key.length; i++) {
      text.append(i == 0 ? "" : " ").append(Byte.toUnsignedInt(key[i]));
    }
    noncePrefix = text.append("] ").toString();
  }

  /**
   * Takes a file's key; the array is copied.
   *
   * @throws IllegalArgumentException if it does not have {@link #KEY_BYTES} bytes
   */
  public static Cd2nCipher of(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has " + KEY_BYTES + " bytes, this has " + key.length);
    }
    return new Cd2nCipher(key);
  }

  @Override
  Cipher encryptor(int piece) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce(piece)));
    return cipher;
  }

  @Override
  void finish(Cipher encryptor, ByteBuffer stored) throws GeneralSecurityException {
    encryptor.doFinal(ByteBuffer.allocate(0), stored);
  }

  @Override
  void sealPiece(int piece, ByteBuffer plain, ByteBuffer stored) throws GeneralSecurityException {
    Cipher cipher = encryptor(piece);
    update(cipher, plain, stored);
    finish(cipher, stored);
  }

  /*
   * Opening without the JDK's GCM decryption
   *
   * The JDK takes no chunks when it decrypts GCM: it keeps all that it is given until the end and
   * then works on the whole block at once, which on JDK 17 is slow (see PieceCipher.update) and
   * costs another 30 MiB. So the block is opened chunk by chunk with what GCM is made of (NIST SP
   * 800-38D, section 7): AES in counter mode, where the nonce with counter 1 belongs to the tag and
   * the data starts at counter 2. Sealing the result again, chunk by chunk and throwing the bytes
   * away, gives the tag that the block ought to have.
   */
  @Override
  void openPiece(int piece, ByteBuffer stored, ByteBuffer plain)
      throws GeneralSecurityException, UnreadableContentException {
    int start = plain.position();
    int length = stored.remaining() - TAG_BYTES;
    ByteBuffer body = stored.slice(stored.position(), length);
    stored.position(stored.position() + length);
    byte[] storedTag = new byte[TAG_BYTES];
    stored.get(storedTag);

    Cipher counterMode = Cipher.getInstance("AES/CTR/NoPadding");
    byte[] counter = ByteBuffer.allocate(16).put(nonce(piece)).putInt(FIRST_DATA_COUNTER).array();
    counterMode.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
    Cipher again = encryptor(piece);
    ByteBuffer sealedAgain = ByteBuffer.allocate(CHUNK_BYTES + TAG_BYTES);
    while (body.hasRemaining()) {
      int position = plain.position();
      counterMode.update(nextChunk(body), plain);
      again.update(plain.slice(position, plain.position() - position), sealedAgain.clear());
    }
    finish(again, sealedAgain.clear());
    byte[] tag = new byte[TAG_BYTES];
    sealedAgain.flip().position(sealedAgain.limit() - TAG_BYTES).get(tag);
    if (!MessageDigest.isEqual(tag, storedTag)) {
      wipe(plain, start);
      throw new UnreadableContentException(
          UnreadableContentException.Reason.BAD_TAG,
          piece,
          "the key is not the one the file was encrypted with, or the file is not encrypted");
    }
  }

  /** Takes back what was written to a buffer from a position on. */
  private static void wipe(ByteBuffer buffer, int start) {
    int end = buffer.position();
    buffer.position(start);
    for (int i = start; i < end; i++) {
      buffer.put(i, (byte) 0);
    }
  }

  byte[] nonce(int piece) {
    byte[] text = (noncePrefix + (piece + 1L)).getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(Sha256.of(text).toBytes(), NONCE_BYTES);
  }
}
