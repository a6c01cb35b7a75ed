package io.tributary.content.cipher;

import io.tributary.content.ByteRange;
import io.tributary.content.StoredForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * DeOSS's encryption: every segment is one AES-256-CBC message of its own.
 *
 * <pre>{@code
 * key     passphrase, filled up with the character '0' to 32 bytes
 * IV      the first 16 bytes of the key
 *
 * plain   |------------ 32 MiB - 16 bytes of the file ------------|
 *         |-- last bytes of the file --|---------- zeros ---------|   last piece
 * stored  |------------------------- 32 MiB ----------------------------|
 *                                                                 ^ 16 bytes of padding (PKCS #7)
 * }</pre>
 *
 * <p><b>It is weak.</b> The passphrase is the key: no salt and no stretching, so that short ones
 * can be tried one by one, and the known padding tells when one is right. The IV is fixed, so that
 * segments and files which begin alike look alike, and equal segments are equal. Nothing is
 * authenticated; only the hashes on the chain protect the stored bytes. Use it to read and write
 * what DeOSS shares, not to keep secrets.
 *
 * <p>CBC can be read from any block on, given the block before. {@link #openPart} does so, and
 * needs one fragment where {@link #open} needs four; but it sees no padding, so it cannot tell a
 * wrong key. {@link #checkKey} can, from the last 32 bytes of any segment.
 */
public final class DeossCipher extends PieceCipher {
  /** The most bytes of a passphrase, in UTF-8. */
  public static final int MAX_PASSPHRASE_BYTES = KEY_BYTES;

  /** The bytes at the end of a stored piece that {@link #checkKey} needs. */
  public static final int KEY_CHECK_BYTES = 32;

  private static final int BLOCK_BYTES = 16;
  private static final byte[] PADDING = padding();

  private final SecretKeySpec key;
  private final byte[] iv;

  private DeossCipher(byte[] key) {
    super(StoredForm.DEOSS_CBC);
    this.key = new SecretKeySpec(key, "AES");
    iv = Arrays.copyOf(key, BLOCK_BYTES);
  }

  /**
   * Takes the passphrase that DeOSS knows as the {@code Cipher} header.
   *
   * @throws IllegalArgumentException if it is empty, which DeOSS takes for no encryption, or longer
   *     than {@link #MAX_PASSPHRASE_BYTES}
   */
  public static DeossCipher of(String passphrase) {
    byte[] text = passphrase.getBytes(StandardCharsets.UTF_8);
    if (text.length < 1 || text.length > MAX_PASSPHRASE_BYTES) {
      throw new IllegalArgumentException(
          "a passphrase has 1 to "
              + MAX_PASSPHRASE_BYTES
              + " bytes in UTF-8, this has "
              + text.length);
    }
    byte[] key = Arrays.copyOf(text, KEY_BYTES);
    Arrays.fill(key, text.length, KEY_BYTES, (byte) '0');
    return new DeossCipher(key);
  }

  /**
   * Returns which stored bytes of a piece {@link #openPart} needs: whole blocks, and the block
   * before them.
   *
   * @param offset the first wanted byte, counted within the plain piece
   * @param length how many are wanted, 1 or more
   * @return a range counted within the stored piece
   * @throws IllegalArgumentException if the piece does not have these bytes
   */
  public static ByteRange storedPart(int offset, int length) {
    ByteRange wanted = new ByteRange(offset, length);
    if (wanted.end() > StoredForm.DEOSS_CBC.plainPieceBytes()) {
      throw new IllegalArgumentException(
          "a piece has "
              + StoredForm.DEOSS_CBC.plainPieceBytes()
              + " plain bytes, the range ends at "
              + wanted.end());
    }
    int firstBlock = offset / BLOCK_BYTES;
    int lastBlock = (int) ((wanted.end() - 1) / BLOCK_BYTES);
    return ByteRange.between(
        (long) Math.max(0, firstBlock - 1) * BLOCK_BYTES, (lastBlock + 1L) * BLOCK_BYTES);
  }

  /**
   * Opens a part of a piece; every piece of every file is opened alike. A wrong key is not noticed
   * and gives nonsense.
   *
   * @param offset the first wanted byte, counted within the plain piece
   * @param length how many are wanted
   * @param stored exactly the bytes of {@link #storedPart}, all of which are consumed
   * @param plain receives {@code length} bytes
   * @throws IllegalArgumentException if the piece does not have these bytes, or a buffer does not
   *     fit
   */
  public void openPart(int offset, int length, ByteBuffer stored, ByteBuffer plain) {
    ByteRange part = storedPart(offset, length);
    if (stored.remaining() != part.length()) {
      throw new IllegalArgumentException(
          "the part takes " + part.length() + " stored bytes, these are " + stored.remaining());
    }
    checkRoom(plain, length);
    byte[] before = iv;
    if (offset >= BLOCK_BYTES) {
      before = new byte[BLOCK_BYTES];
      stored.get(before);
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, before);
      int skip = offset % BLOCK_BYTES;
      int left = length;
      ByteBuffer opened = ByteBuffer.allocate(Math.min(stored.remaining(), CHUNK_BYTES));
      while (left > 0) {
        cipher.update(nextChunk(stored), opened.clear());
        opened.flip().position(skip);
        opened.limit(Math.min(opened.limit(), skip + left));
        left -= opened.remaining();
        plain.put(opened);
        skip = 0;
      }
    } catch (GeneralSecurityException e) {
      throw unexpected(e);
    }
  }

  /**
   * Checks that this is the key of a piece.
   *
   * @param piece its place in the file, for the error only
   * @param tail the last {@link #KEY_CHECK_BYTES} stored bytes of the piece, all of which are
   *     consumed
   * @throws UnreadableContentException if the key is another, or this is no such piece
   * @throws IllegalArgumentException if the buffer has another length
   */
  public void checkKey(int piece, ByteBuffer tail) throws UnreadableContentException {
    if (tail.remaining() != KEY_CHECK_BYTES) {
      throw new IllegalArgumentException(
          "the check takes " + KEY_CHECK_BYTES + " bytes, these are " + tail.remaining());
    }
    byte[] before = new byte[BLOCK_BYTES];
    tail.get(before);
    try {
      checkPadding(piece, cipher(Cipher.DECRYPT_MODE, before), tail);
    } catch (GeneralSecurityException e) {
      throw unexpected(e);
    }
  }

  @Override
  Cipher encryptor(int piece) throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, iv);
  }

  @Override
  void finish(Cipher encryptor, ByteBuffer stored) throws GeneralSecurityException {
    encryptor.doFinal(ByteBuffer.wrap(PADDING), stored);
  }

  @Override
  void sealPiece(int piece, ByteBuffer plain, ByteBuffer stored) throws GeneralSecurityException {
    int zeros = form().plainPieceBytes() - plain.remaining();
    Cipher cipher = encryptor(piece);
    update(cipher, plain, stored);
    ByteBuffer chunk = ByteBuffer.allocate(Math.min(zeros, CHUNK_BYTES));
    while (zeros > 0) {
      chunk.clear().limit(Math.min(zeros, CHUNK_BYTES));
      zeros -= chunk.remaining();
      cipher.update(chunk, stored);
    }
    finish(cipher, stored);
  }

  @Override
  void openPiece(int piece, ByteBuffer stored, ByteBuffer plain)
      throws GeneralSecurityException, UnreadableContentException {
    // The padding is checked here rather than by the JDK, which accepts less than a full block of
    // it and, for lack of room in the result, would first decrypt into an array of its own.
    Cipher cipher = cipher(Cipher.DECRYPT_MODE, iv);
    ByteBuffer body = stored.slice(stored.position(), form().plainPieceBytes());
    stored.position(stored.position() + body.remaining());
    update(cipher, body, plain);
    checkPadding(piece, cipher, stored);
  }

  private static void checkPadding(int piece, Cipher cipher, ByteBuffer lastBlock)
      throws GeneralSecurityException, UnreadableContentException {
    ByteBuffer opened = ByteBuffer.allocate(BLOCK_BYTES);
    cipher.doFinal(lastBlock, opened);
    if (!Arrays.equals(opened.array(), PADDING)) {
      throw new UnreadableContentException(
          UnreadableContentException.Reason.BAD_PADDING,
          piece,
          "the passphrase is not the one the file was encrypted with, or the file is not encrypted");
    }
  }

  private Cipher cipher(int mode, byte[] blockBefore) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
    cipher.init(mode, key, new IvParameterSpec(blockBefore));
    return cipher;
  }

  /** A piece is a whole number of blocks, so its padding always is a block of its own. */
  private static byte[] padding() {
    byte[] padding = new byte[BLOCK_BYTES];
    Arrays.fill(padding, (byte) BLOCK_BYTES);
    return padding;
  }
}
