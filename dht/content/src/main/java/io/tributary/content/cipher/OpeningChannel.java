package io.tributary.content.cipher;

import io.tributary.content.ByteRange;
import io.tributary.content.PieceSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.util.Iterator;
import java.util.List;

/**
 * The plain bytes of a range of an encrypted file, opened while its stored bytes are read from
 * another channel.
 *
 * <p>A piece is released when all of it has been read and checked, so two buffers of the size of
 * its largest piece are held: at most 64 MiB. For use by one thread at a time.
 */
public final class OpeningChannel implements ReadableByteChannel {
  /**
   * The most that is read at once. The JDK reads a file through a direct buffer of that size, which
   * it keeps.
   */
  private static final int READ_BYTES = 1 << 20;

  private final ReadableByteChannel stored;
  private final PieceCipher cipher;
  private final Iterator<PieceSlice> slices;
  private final ByteBuffer sealed;
  private final ByteBuffer opened;

  /**
   * Makes the channel.
   *
   * @param stored the stored bytes of {@link io.tributary.content.StoredForm#storedRange};
   *     blocking; closed with this channel
   * @param cipher the key and format
   * @param plainBytes the size of the plain file
   * @param range which of the plain bytes are wanted
   * @throws IllegalArgumentException if the range ends beyond the file, or if no file of this form
   *     has this size
   */
  public OpeningChannel(
      ReadableByteChannel stored, PieceCipher cipher, long plainBytes, ByteRange range) {
    this.stored = stored;
    this.cipher = cipher;
    List<PieceSlice> pieces = cipher.form().pieces(plainBytes, range);
    slices = pieces.iterator();
    // Only the last piece of a file may be shorter than others.
    int largest = pieces.get(0).storedLength();
    sealed = ByteBuffer.allocate(largest);
    opened = ByteBuffer.allocate(largest).limit(0);
  }

  /**
   * Reads plain bytes.
   *
   * @throws UnreadableContentException if a piece cannot be opened; the channel is of no further
   *     use then
   * @throws IOException if the stored bytes cannot be read
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    if (!opened.hasRemaining()) {
      if (!slices.hasNext()) {
        return -1;
      }
      openNext(slices.next());
    }
    int length = Math.min(opened.remaining(), target.remaining());
    target.put(opened.slice(opened.position(), length));
    opened.position(opened.position() + length);
    return length;
  }

  private void openNext(PieceSlice slice) throws IOException {
    sealed.clear();
    while (sealed.position() < slice.storedLength()) {
      sealed.limit(Math.min(slice.storedLength(), sealed.position() + READ_BYTES));
      int read = stored.read(sealed);
      if (read < 0) {
        throw new UnreadableContentException(
            UnreadableContentException.Reason.TRUNCATED,
            slice.piece(),
            "the stored bytes end after " + sealed.position() + " of " + slice.storedLength());
      }
      if (read == 0) {
        // Only a channel in non-blocking mode may do this; waiting for it would be a busy loop.
        throw new IllegalBlockingModeException();
      }
    }
    sealed.flip();
    opened.clear();
    boolean passed = false;
    try {
      cipher.open(slice.piece(), sealed, opened);
      passed = true;
    } finally {
      opened.clear().limit(passed ? slice.offset() + slice.length() : 0);
    }
    opened.position(slice.offset());
  }

  @Override
  public boolean isOpen() {
    return stored.isOpen();
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
