package io.tributary.retriever.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A verified stream as an input stream, for threads that may wait. A failed read is an {@link
 * IOException} whose cause is the {@link RetrievalException}. Not thread-safe.
 */
public final class VerifiedInputStream extends InputStream {
  private final VerifiedStream stream;
  private @Nullable VerifiedBytes piece;
  private boolean ended;

  /** Reads what a stream has left; closing this cancels it. */
  public VerifiedInputStream(VerifiedStream stream) {
    this.stream = stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    VerifiedBytes from = piece == null ? fetch() : piece;
    if (from == null) {
      return -1;
    }
    int bytes = Math.min(length, from.length());
    from.buf().readBytes(into, offset, bytes);
    if (from.length() == 0) {
      piece = null;
      from.close();
    }
    return bytes;
  }

  @Override
  public int available() {
    return piece == null ? 0 : piece.length();
  }

  /** The next piece; null after the last. */
  private @Nullable VerifiedBytes fetch() throws IOException {
    if (ended) {
      return null;
    }
    CompletableFuture<Optional<VerifiedBytes>> coming = stream.next();
    try {
      piece = coming.get().orElse(null);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the next piece");
    } catch (ExecutionException e) {
      ended = true;
      throw new IOException("the next piece was not read", e.getCause());
    }
    ended = piece == null;
    return piece;
  }

  @Override
  public void close() {
    ended = true;
    if (piece != null) {
      piece.close();
      piece = null;
    }
    stream.cancel();
  }
}
