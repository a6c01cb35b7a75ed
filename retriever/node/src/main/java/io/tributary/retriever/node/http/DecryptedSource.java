package io.tributary.retriever.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.content.ByteRange;
import io.tributary.content.PieceSlice;
import io.tributary.content.StoredForm;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.content.cipher.UnreadableContentException;
import io.tributary.nodekit.http.BodySource;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.VerifiedInputStream;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.node.access.ClientBudgets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A range of a file that DeOSS encrypted, decrypted in parts on its way to the client. Plain bytes
 * are kept nowhere.
 *
 * <p>The passphrase is checked first, by the padding at the end of a piece, so that a wrong one is
 * an error and not nonsense.
 */
final class DecryptedSource implements BodySource {
  /** The most plain bytes that are decrypted at a time; a whole number of cipher blocks. */
  private static final int PART_BYTES = 256 * 1024;

  private final Engine engine;
  private final FileView file;
  private final DeossCipher cipher;
  private final ReadOptions options;
  private final ClientBudgets.Lease lease;
  private final Executor blocking;
  private final Iterator<PieceSlice> slices;
  private final int firstPiece;
  private volatile Optional<VerifiedStream> reading = Optional.empty();
  private volatile boolean isClosed;
  private PieceSlice slice;
  private int at;
  private boolean keyIsChecked;

  /**
   * A source of plain bytes.
   *
   * @param file in the form {@link StoredForm#DEOSS_CBC}
   * @param range of the plain bytes
   * @param blocking runs what waits for the engine; one thread while a part is read
   */
  DecryptedSource(
      Engine engine,
      FileView file,
      DeossCipher cipher,
      ByteRange range,
      ReadOptions options,
      ClientBudgets.Lease lease,
      Executor blocking) {
    this.engine = engine;
    this.file = file;
    this.cipher = cipher;
    this.options = options;
    this.lease = lease;
    this.blocking = blocking;
    this.slices = StoredForm.DEOSS_CBC.pieces(file.sizeBytes(), range).iterator();
    this.slice = slices.next();
    this.at = slice.offset();
    this.firstPiece = slice.piece();
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return CompletableFuture.supplyAsync(this::nextPart, blocking);
  }

  private Optional<ByteBuf> nextPart() {
    try {
      if (!keyIsChecked) {
        checkKey();
        keyIsChecked = true;
      }
      if (at == slice.offset() + slice.length()) {
        if (!slices.hasNext()) {
          return Optional.empty();
        }
        slice = slices.next();
        at = slice.offset();
      }
      return Optional.of(Unpooled.wrappedBuffer(openPart()));
    } catch (UnreadableContentException e) {
      throw new CompletionException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ByteBuffer openPart() throws IOException {
    // Parts end where the next can begin without a block being decrypted twice.
    int end = Math.min(slice.offset() + slice.length(), (at / PART_BYTES + 1) * PART_BYTES);
    int length = end - at;
    ByteRange stored = DeossCipher.storedPart(at, length);
    byte[] sealed = read(new ByteRange(slice.storedOffset() + stored.offset(), stored.length()));
    ByteBuffer plain = ByteBuffer.allocate(length);
    cipher.openPart(at, length, ByteBuffer.wrap(sealed), plain);
    at = end;
    lease.sent(length);
    return plain.flip();
  }

  private void checkKey() throws IOException {
    long end = (firstPiece + 1L) * StoredForm.DEOSS_CBC.storedPieceBytes();
    ByteRange tail = ByteRange.between(end - DeossCipher.KEY_CHECK_BYTES, end);
    cipher.checkKey(firstPiece, ByteBuffer.wrap(read(tail)));
  }

  private byte[] read(ByteRange stored) throws IOException {
    VerifiedStream stream = engine.read(file, stored, options);
    reading = Optional.of(stream);
    if (isClosed) {
      stream.cancel();
    }
    try (InputStream in = new VerifiedInputStream(stream)) {
      return in.readNBytes((int) stored.length());
    } catch (IOException e) {
      if (e.getCause() instanceof RetrievalException failure) {
        throw failure;
      }
      throw e;
    } finally {
      reading = Optional.empty();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    reading.ifPresent(VerifiedStream::cancel);
  }
}
