package io.tributary.libp2p.stream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream for callers that wait: an {@link InputStream} and an {@link OutputStream} over a {@link
 * ByteStream}, whose handler it becomes. One thread may read while another writes.
 *
 * <p>What is read counts as consumed, so a reader that pauses stops the writer at the far end. No
 * method may be called on an event loop.
 *
 * <p>{@link #close} resets the stream, unless the output was closed before: then what was written
 * still goes out, what comes is dropped, and the peer has the timeout to close its side.
 */
public final class BlockingStream implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BlockingStream.class);

  /** The largest piece that one write hands to the stream. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final ByteStream stream;
  private final long timeoutNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
  private final StreamHandler events = new Events();
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private int uncreditedBytes;
  private boolean endOfInput;
  private boolean inputClosed;
  private boolean outputClosed;
  private boolean closed;
  private @Nullable StreamReset reset;

  /**
   * Takes a stream over.
   *
   * @param timeout how long a read or a write may wait before it fails with {@link
   *     SocketTimeoutException}
   */
  public BlockingStream(ByteStream stream, Duration timeout) {
    this(stream, timeout.toNanos());
    stream.handler(events);
  }

  private BlockingStream(ByteStream stream, long timeoutNanos) {
    this.stream = stream;
    this.timeoutNanos = timeoutNanos;
    stream.creditOnReturn(false);
  }

  /** What is done with a stream by a thread that may wait. */
  @FunctionalInterface
  public interface Session {

    /** Talks; when it returns or throws, the stream is {@linkplain BlockingStream#close closed}. */
    void talk(BlockingStream stream) throws IOException;
  }

  /**
   * Serves an accepted stream by a thread that may wait, for {@code host.handle(protocol, stream ->
   * BlockingStream.serve(...))}.
   *
   * @param threads bound how many sessions run; one they refuse ends with a reset
   * @return the handler that the protocol's handler is to return
   */
  public static StreamHandler serve(
      ByteStream stream, Duration timeout, Executor threads, Session session) {
    BlockingStream blocking = new BlockingStream(stream, timeout.toNanos());
    try {
      threads.execute(() -> blocking.talk(session));
    } catch (RejectedExecutionException e) {
      log.debug("no thread for stream {}", stream.id(), e);
      stream.reset(StreamReset.NO_CODE);
    }
    return blocking.events;
  }

  private void talk(Session session) {
    try {
      session.talk(this);
    } catch (IOException e) {
      log.debug("stream {} has failed", stream.id(), e);
    } finally {
      close();
    }
  }

  /** What the peer sends. */
  public InputStream input() {
    return input;
  }

  /** What goes to the peer; closing it closes this side of the stream. */
  public OutputStream output() {
    return output;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      boolean inOrder = outputClosed;
      inputClosed = true;
      outputClosed = true;
      dropArrived();
      if (!closed && reset == null) {
        if (inOrder) {
          stream.deadline(Duration.ofNanos(timeoutNanos));
        } else {
          stream.reset(StreamReset.NO_CODE);
        }
      }
      readable.signalAll();
      writable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void dropArrived() {
    for (ByteBuf head = arrived.poll(); head != null; head = arrived.poll()) {
      uncreditedBytes += head.readableBytes();
      head.release();
    }
    stream.credit(uncreditedBytes);
    uncreditedBytes = 0;
  }

  private void await(Condition condition, Waiting waiting) throws IOException {
    if (stream.eventLoop().inEventLoop()) {
      throw new IllegalStateException("an event loop must not wait");
    }
    long left = timeoutNanos;
    while (waiting.goesOn()) {
      if (left <= 0) {
        throw new SocketTimeoutException("nothing happened in " + Duration.ofNanos(timeoutNanos));
      }
      try {
        left = condition.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted after waiting");
      }
    }
  }

  private interface Waiting {
    boolean goesOn();
  }

  private final class Events implements StreamHandler {

    @Override
    public void onData(ByteBuf data) {
      lock.lock();
      try {
        if (inputClosed) {
          stream.credit(data.readableBytes());
          data.release();
        } else {
          arrived.add(data);
          readable.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onEndOfInput() {
      lock.lock();
      try {
        endOfInput = true;
        readable.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onWritable() {
      lock.lock();
      try {
        writable.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onReset(StreamReset how) {
      lock.lock();
      try {
        reset = how;
        readable.signalAll();
        writable.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onClosed() {
      lock.lock();
      try {
        closed = true;
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Input extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      lock.lock();
      try {
        await(readable, () -> arrived.isEmpty() && !endOfInput && reset == null && !inputClosed);
        ByteBuf head = arrived.peek();
        if (head == null) {
          return end();
        }
        int bytes = Math.min(length, head.readableBytes());
        head.readBytes(target, offset, bytes);
        uncreditedBytes += bytes;
        if (!head.isReadable()) {
          // Piece by piece, lest each byte read alone cost the event loop a task.
          stream.credit(uncreditedBytes);
          uncreditedBytes = 0;
          arrived.remove().release();
        }
        return bytes;
      } finally {
        lock.unlock();
      }
    }

    private int end() throws IOException {
      StreamReset how = reset;
      if (inputClosed) {
        throw new IOException("the input is closed");
      }
      if (how != null && !endOfInput) {
        throw new StreamResetException(how);
      }
      return -1;
    }

    @Override
    public int available() {
      lock.lock();
      try {
        ByteBuf head = arrived.peek();
        return head == null ? 0 : head.readableBytes();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        inputClosed = true;
        dropArrived();
        readable.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Output extends OutputStream {

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, source.length);
      for (int from = offset, left = length; left > 0; ) {
        int bytes = Math.min(left, PIECE_BYTES);
        writePiece(source, from, bytes);
        from += bytes;
        left -= bytes;
      }
    }

    private void writePiece(byte[] source, int offset, int length) throws IOException {
      lock.lock();
      try {
        await(writable, () -> !stream.isWritable() && reset == null && !outputClosed);
        StreamReset how = reset;
        if (how != null) {
          throw new StreamResetException(how);
        }
        if (outputClosed) {
          throw new IOException("the output is closed");
        }
      } finally {
        lock.unlock();
      }
      stream.write(stream.allocator().directBuffer(length).writeBytes(source, offset, length));
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!outputClosed) {
          outputClosed = true;
          stream.closeWrite();
          writable.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
