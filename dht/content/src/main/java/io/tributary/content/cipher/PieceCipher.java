package io.tributary.content.cipher;

import io.tributary.content.StoredForm;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * A key together with the format by which it seals the pieces of a file: plain bytes to stored
 * bytes and back.
 *
 * <p>Pieces are independent of each other, so any of them can be opened alone. Instances are
 * immutable and safe for use by many threads. Buffers may be on the heap or direct; the two of one
 * call must not overlap.
 */
public abstract sealed class PieceCipher permits DeossCipher, Cd2nCipher {
  /** The bytes of an AES-256 key. */
  public static final int KEY_BYTES = 32;

  /**
   * The most that is handed to the JDK's cipher at once. Its fast code is used only by callers that
   * have been compiled, and what is compiled is what is called often: with a whole piece at once,
   * JDK 17 stays in its slow code for thousands of pieces.
   */
  static final int CHUNK_BYTES = 8 << 10;

  private final StoredForm form;

  PieceCipher(StoredForm form) {
    this.form = form;
  }

  /** Returns the form of the stored bytes, which knows all sizes. */
  public final StoredForm form() {
    return form;
  }

  /**
   * Seals one piece.
   *
   * @param piece its place in the file, from 0
   * @param plain its bytes, all of which are consumed; {@link StoredForm#plainPieceBytes}, or for
   *     the last piece of a file at least 1
   * @param stored receives {@link StoredForm#storedBytesOfPiece} bytes
   * @throws IllegalArgumentException if a buffer has too few or too many bytes
   */
  public final void seal(int piece, ByteBuffer plain, ByteBuffer stored) {
    checkPiece(piece);
    int needed = form.storedBytesOfPiece(plain.remaining());
    checkRoom(stored, needed);
    try {
      sealPiece(piece, plain, stored);
    } catch (GeneralSecurityException e) {
      throw unexpected(e);
    }
  }

  /**
   * Opens one piece. Nothing is released before the whole piece has passed the check that its
   * format has; after an exception the contents of {@code plain} are undefined.
   *
   * @param piece its place in the file, from 0
   * @param stored its stored bytes, all of which are consumed
   * @param plain receives the plain bytes, padding of the file's last piece included
   * @throws UnreadableContentException if the key is another, or the bytes are not such a piece
   * @throws IllegalArgumentException if {@code plain} has too little room
   */
  public final void open(int piece, ByteBuffer stored, ByteBuffer plain)
      throws UnreadableContentException {
    checkPiece(piece);
    int length = stored.remaining();
    int overhead = form.storedPieceBytes() - form.plainPieceBytes();
    boolean fits =
        form.sealsWholePieces()
            ? length == form.storedPieceBytes()
            : length > overhead && length <= form.storedPieceBytes();
    if (!fits) {
      throw new UnreadableContentException(
          UnreadableContentException.Reason.BAD_LENGTH,
          piece,
          "no piece of form " + form + " has " + length + " stored bytes");
    }
    checkRoom(plain, length - overhead);
    try {
      openPiece(piece, stored, plain);
    } catch (GeneralSecurityException e) {
      throw unexpected(e);
    }
  }

  /** Makes a cipher that encrypts one piece from its start; it adds the tag but no padding. */
  abstract Cipher encryptor(int piece) throws GeneralSecurityException;

  /** Finishes a piece that {@link #encryptor} encrypted: writes what follows the plain bytes. */
  abstract void finish(Cipher encryptor, ByteBuffer stored) throws GeneralSecurityException;

  abstract void sealPiece(int piece, ByteBuffer plain, ByteBuffer stored)
      throws GeneralSecurityException;

  abstract void openPiece(int piece, ByteBuffer stored, ByteBuffer plain)
      throws GeneralSecurityException, UnreadableContentException;

  /** Returns the name of the form, and nothing of the key. */
  @Override
  public final String toString() {
    return form.name();
  }

  /** Feeds a cipher all bytes of a buffer, a chunk at a time. */
  static void update(Cipher cipher, ByteBuffer from, ByteBuffer to)
      throws GeneralSecurityException {
    while (from.hasRemaining()) {
      cipher.update(nextChunk(from), to);
    }
  }

  /** Consumes the next bytes of a buffer, at most {@link #CHUNK_BYTES}, and returns them. */
  static ByteBuffer nextChunk(ByteBuffer from) {
    ByteBuffer chunk = from.slice(from.position(), Math.min(CHUNK_BYTES, from.remaining()));
    from.position(from.position() + chunk.remaining());
    return chunk;
  }

  static IllegalStateException unexpected(GeneralSecurityException e) {
    return new IllegalStateException(
        "the Java platform's AES failed on input that was checked before", e);
  }

  static void checkRoom(ByteBuffer buffer, int bytes) {
    if (buffer.remaining() < bytes) {
      throw new IllegalArgumentException(
          "the result has " + bytes + " bytes, the buffer has room for " + buffer.remaining());
    }
  }

  private static void checkPiece(int piece) {
    if (piece < 0) {
      throw new IllegalArgumentException("pieces are counted from 0, not " + piece);
    }
  }
}
