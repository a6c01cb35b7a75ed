package io.tributary.content.cipher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * The stored bytes of a file, sealed while its plain bytes are read from another channel.
 *
 * <p>Pieces are sealed as they stream by, in constant memory of a few times 64 KiB. An empty file
 * stays empty. For use by one thread at a time.
 */
public final class SealingChannel implements ReadableByteChannel {
  /** The most plain bytes that are read at once. */
  private static final int READ_BYTES = 64 << 10;

  /** What sealing them may add: what was left of a block, padding or a tag. */
  private static final int OVERHEAD_BYTES = 64;

  private final ReadableByteChannel plain;
  private final PieceCipher cipher;
  private final ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);
  private final ByteBuffer sealed = ByteBuffer.allocate(READ_BYTES + OVERHEAD_BYTES).limit(0);

  private @Nullable Cipher encryptor;
  private int piece;
  private int leftInPiece;
  private long plainBytes;
  private boolean plainEnded;
  private boolean ended;

  /**
   * Makes the channel.
   *
   * @param plain where the plain bytes come from; blocking; closed with this channel
   * @param cipher the key and format
   */
  public SealingChannel(ReadableByteChannel plain, PieceCipher cipher) {
    this.plain = plain;
    this.cipher = cipher;
    leftInPiece = cipher.form().plainPieceBytes();
  }

  /** Returns how many plain bytes have been read; at the end, the size of the plain file. */
  public long plainBytes() {
    return plainBytes;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    while (!sealed.hasRemaining()) {
      if (ended) {
        return -1;
      }
      sealed.clear();
      try {
        sealChunk();
      } catch (GeneralSecurityException e) {
        throw PieceCipher.unexpected(e);
      } finally {
        sealed.flip();
      }
    }
    int length = Math.min(sealed.remaining(), target.remaining());
    target.put(sealed.slice(sealed.position(), length));
    sealed.position(sealed.position() + length);
    return length;
  }

  /** Seals some bytes: of the plain file, or after its end the zeros that fill up the piece. */
  private void sealChunk() throws IOException, GeneralSecurityException {
    chunk.clear().limit(Math.min(READ_BYTES, leftInPiece));
    if (!plainEnded) {
      int read = plain.read(chunk);
      if (read == 0) {
        // Only a channel in non-blocking mode may do this; waiting for it would be a busy loop.
        throw new IllegalBlockingModeException();
      }
      plainEnded = read < 0;
      plainBytes += Math.max(0, read);
    }
    if (plainEnded) {
      if (encryptor == null) {
        ended = true;
        return;
      }
      if (cipher.form().sealsWholePieces()) {
        chunk.put(new byte[chunk.remaining()]);
      } else {
        endPiece(encryptor);
        return;
      }
    }
    Cipher current = encryptor;
    if (current == null) {
      current = cipher.encryptor(piece);
      encryptor = current;
    }
    chunk.flip();
    leftInPiece -= chunk.remaining();
    PieceCipher.update(current, chunk, sealed);
    if (leftInPiece == 0) {
      endPiece(current);
    }
  }

  private void endPiece(Cipher current) throws GeneralSecurityException {
    cipher.finish(current, sealed);
    encryptor = null;
    piece++;
    leftInPiece = cipher.form().plainPieceBytes();
  }

  @Override
  public boolean isOpen() {
    return plain.isOpen();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
