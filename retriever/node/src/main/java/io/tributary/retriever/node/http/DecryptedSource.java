package io.tributary.retriever.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.tributary.content.ByteRange;
import io.tributary.content.PieceSlice;
import io.tributary.content.StoredForm;
import io.tributary.content.cipher.DeossCipher;
import io.tributary.content.cipher.UnreadableContentException;
import io.tributary.nodekit.http.BodySource;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.VerifiedInputStream;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.node.access.ClientBudgets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A range of a file that DeOSS encrypted, decrypted in parts on its way to the client. Plain bytes
 * are kept nowhere.
 *
 * <p>The passphrase is checked first, by the padding at the end of a piece, so that a wrong one is
 * an error and not nonsense. Then all that the range needs is one read, so that it has one trace.
 */
final class DecryptedSource implements BodySource {
  /** The most plain bytes that are decrypted at a time; a whole number of cipher blocks. */
  private static final int PART_BYTES = 256 * 1024;

  private static final int BLOCK_BYTES = 16;

  private final Function<ByteRange, VerifiedStream> reader;
  private final Engine engine;
  private final DeossCipher cipher;
  private final ClientBudgets.Lease lease;
  private final Executor blocking;
  private final Iterator<PieceSlice> slices;
  private final int firstPiece;
  private final long storedEnd;
  private volatile Optional<VerifiedStream> reading = Optional.empty();
  private volatile boolean isClosed;

  // What follows is touched under the lock only, which is held while the engine is waited for.
  private Optional<InputStream> content = Optional.empty();
  private byte[] lastBlock = {};
  private long storedAt;
  private PieceSlice slice;
  private int at;

  /**
   * A source of plain bytes.
   *
   * @param reader reads stored bytes of the file, in the form {@link StoredForm#DEOSS_CBC}
   * @param engine knows how that went
   * @param sizeBytes how many plain bytes the file has
   * @param range of the plain bytes
   * @param blocking runs what waits for the engine; one thread while a part is read
   */
  DecryptedSource(
      Function<ByteRange, VerifiedStream> reader,
      Engine engine,
      long sizeBytes,
      DeossCipher cipher,
      ByteRange range,
      ClientBudgets.Lease lease,
      Executor blocking) {
    this.reader = reader;
    this.engine = engine;
    this.cipher = cipher;
    this.lease = lease;
    this.blocking = blocking;
    List<PieceSlice> all = StoredForm.DEOSS_CBC.pieces(sizeBytes, range);
    this.slices = all.iterator();
    this.slice = slices.next();
    this.at = slice.offset();
    this.firstPiece = slice.piece();
    PieceSlice last = all.get(all.size() - 1);
    this.storedEnd =
        last.storedOffset() + DeossCipher.storedPart(last.offset(), last.length()).end();
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return CompletableFuture.supplyAsync(this::nextPart, blocking);
  }

  private synchronized Optional<ByteBuf> nextPart() {
    if (isClosed) {
      throw new RetrievalException(RetrievalReason.CANCELLED, "the client has gone");
    }
    try {
      if (content.isEmpty()) {
        checkKey();
        storedAt = slice.storedOffset() + DeossCipher.storedPart(at, 1).offset();
        content = Optional.of(open(ByteRange.between(storedAt, storedEnd)));
      }
      if (at == slice.offset() + slice.length()) {
        if (!slices.hasNext()) {
          return Optional.empty();
        }
        slice = slices.next();
        at = slice.offset();
      }
      return Optional.of(Unpooled.wrappedBuffer(openPart(content.get())));
    } catch (UnreadableContentException e) {
      throw new CompletionException(e);
    } catch (IOException e) {
      if (e.getCause() instanceof RetrievalException failure) {
        throw failure;
      }
      throw new UncheckedIOException(e);
    }
  }

  private ByteBuffer openPart(InputStream in) throws IOException {
    // Parts end where the next can begin without a block being decrypted twice.
    int end = Math.min(slice.offset() + slice.length(), (at / PART_BYTES + 1) * PART_BYTES);
    int length = end - at;
    ByteRange stored = DeossCipher.storedPart(at, length);
    byte[] sealed =
        sealed(in, slice.storedOffset() + stored.offset(), slice.storedOffset() + stored.end());
    ByteBuffer plain = ByteBuffer.allocate(length);
    cipher.openPart(at, length, ByteBuffer.wrap(sealed), plain);
    at = end;
    lease.sent(length);
    return plain.flip();
  }

  /** Reads on; may begin with the last block that was read already, or behind some padding. */
  private byte[] sealed(InputStream in, long from, long to) throws IOException {
    byte[] sealed = new byte[(int) (to - from)];
    int known = (int) Math.max(0, storedAt - from);
    System.arraycopy(lastBlock, lastBlock.length - known, sealed, 0, known);
    in.skipNBytes(Math.max(0, from - storedAt));
    if (in.readNBytes(sealed, known, sealed.length - known) < sealed.length - known) {
      throw new IOException("the file ended early");
    }
    storedAt = to;
    lastBlock = Arrays.copyOfRange(sealed, sealed.length - BLOCK_BYTES, sealed.length);
    return sealed;
  }

  private void checkKey() throws IOException {
    long end = (firstPiece + 1L) * StoredForm.DEOSS_CBC.storedPieceBytes();
    ByteRange tail = ByteRange.between(end - DeossCipher.KEY_CHECK_BYTES, end);
    try (InputStream in = open(tail)) {
      cipher.checkKey(firstPiece, ByteBuffer.wrap(in.readNBytes(DeossCipher.KEY_CHECK_BYTES)));
    }
  }

  private InputStream open(ByteRange stored) {
    VerifiedStream stream = reader.apply(stored);
    reading = Optional.of(stream);
    if (isClosed) {
      stream.cancel();
    }
    return new VerifiedInputStream(stream);
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    VerifiedSource.addTiming(reading.flatMap(stream -> engine.trace(stream.traceId())), headers);
  }

  @Override
  public void close() {
    isClosed = true;
    // Whoever waits for the engine waits no longer.
    reading.ifPresent(VerifiedStream::cancel);
    try {
      blocking.execute(this::letGo);
    } catch (RejectedExecutionException e) {
      // The node is being stopped, and nobody reads here any more.
      letGo();
    }
  }

  /** Gives back what was read and not decrypted. */
  private synchronized void letGo() {
    try {
      if (content.isPresent()) {
        content.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
