package io.tributary.content.cipher;

import io.tributary.content.Sha256;
import io.tributary.content.StoredForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
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
  private static final int TAG_BITS = 128;

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
    return cipher(Cipher.ENCRYPT_MODE, piece);
  }

  @Override
  void finish(Cipher encryptor, ByteBuffer stored) throws GeneralSecurityException {
    encryptor.doFinal(ByteBuffer.allocate(0), stored);
  }

  @Override
  void sealPiece(int piece, ByteBuffer plain, ByteBuffer stored) throws GeneralSecurityException {
    encryptor(piece).doFinal(plain, stored);
  }

  @Override
  void openPiece(int piece, ByteBuffer stored, ByteBuffer plain)
      throws GeneralSecurityException, UnreadableContentException {
    try {
      cipher(Cipher.DECRYPT_MODE, piece).doFinal(stored, plain);
    } catch (AEADBadTagException e) {
      throw new UnreadableContentException(
          UnreadableContentException.Reason.BAD_TAG,
          piece,
          "the key is not the one the file was encrypted with, or the file is not encrypted");
    }
  }

  byte[] nonce(int piece) {
    byte[] text = (noncePrefix + (piece + 1L)).getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(Sha256.of(text).toBytes(), NONCE_BYTES);
  }

  private Cipher cipher(int mode, int piece) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce(piece)));
    return cipher;
  }
}
