package io.tributary.retriever.client;

import io.tributary.retriever.client.TributaryClient.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Verified pieces as a stream that blocks. Not thread-safe, but it may be closed by any thread. */
final class PieceInputStream extends InputStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Supplier<Reading> begin;
  private final StopSignal closed = new StopSignal();
  private Optional<Reading> reading = Optional.empty();
  private ByteBuffer piece = NOTHING;
  private boolean isEnded;

  PieceInputStream(Supplier<Reading> begin) {
    this.begin = begin;
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
    while (!piece.hasRemaining()) {
      if (!fetch()) {
        return -1;
      }
    }
    int bytes = Math.min(length, piece.remaining());
    piece.get(into, offset, bytes);
    return bytes;
  }

  @Override
  public int available() {
    return piece.remaining();
  }

  private boolean fetch() throws IOException {
    if (closed.isStopped()) {
      throw new IOException("the stream is closed");
    }
    if (isEnded) {
      return false;
    }
    if (reading.isEmpty()) {
      Reading begun = begin.get();
      reading = Optional.of(begun);
      StopSignal.Registration unused = closed.onStop(begun.stop()::stop);
    }
    try {
      Optional<ByteBuffer> next = reading.get().next().get();
      piece = next.orElse(NOTHING);
      isEnded = next.isEmpty();
      return !isEnded;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the next piece");
    } catch (ExecutionException e) {
      isEnded = true;
      DownloadException failure = PieceStream.unwrapped(e);
      throw new IOException(failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    closed.stop();
    piece = NOTHING;
  }
}
