package io.tributary.libp2p.perf;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The perf protocol, {@value #PROTOCOL_ID}. The client says how many bytes it wants back, sends as
 * many as it likes, closes its side, and gets them.
 *
 * <pre>
 *  client: +----------------------+---------------+-----+
 *          | bytes wanted, uint64 | upload        | FIN |
 *          +----------------------+---------------+-----+
 *  server:                                              +---------------+-----+
 *                                                       | download      | FIN |
 *                                                       +---------------+-----+
 * </pre>
 *
 * Whoever may speak it can have the host send any amount, so answer it only where all peers are
 * trusted. Thread-safe.
 */
public final class PerfService {

  /** The protocol id. */
  public static final String PROTOCOL_ID = "/perf/1.0.0";

  private static final int WRITE_BYTES = 64 * 1024;

  private PerfService() {}

  /** Starts answering on a host. */
  public static void answer(Host host) {
    host.handle(PROTOCOL_ID, Server::new);
  }

  /**
   * What a run moved.
   *
   * @param uploadBytes bytes sent, without the eight that ask
   * @param downloadBytes bytes received
   * @param elapsed from the opening of the stream to its end
   */
  public record Result(long uploadBytes, long downloadBytes, Duration elapsed) {}

  /** Runs once on a connection. */
  public static Future<Result> run(Connection connection, long uploadBytes, long downloadBytes) {
    Promise<Result> promise = connection.eventLoop().newPromise();
    long started = connection.eventLoop().ticker().nanoTime();
    connection
        .newStream(PROTOCOL_ID)
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                Stream stream = opened.getNow();
                Client client = new Client(stream, promise, uploadBytes, downloadBytes, started);
                stream.handler(client);
                stream.write(stream.allocator().directBuffer(Long.BYTES).writeLong(downloadBytes));
                client.source.pump();
              } else {
                promise.tryFailure(opened.cause());
              }
            });
    return promise;
  }

  /** Writes zeros as fast as the stream takes them, then closes its side. */
  private static final class Source {
    private final Stream stream;
    private final ByteBuf zeros;
    private long left;
    private boolean ended;

    Source(Stream stream, long bytes) {
      this.stream = stream;
      this.left = bytes;
      this.zeros = stream.allocator().directBuffer(WRITE_BYTES).writeZero(WRITE_BYTES);
    }

    void pump() {
      // Unsigned, as the protocol allows all of 64 bits.
      while (!ended && left != 0 && stream.isWritable()) {
        int bytes = Long.compareUnsigned(left, WRITE_BYTES) > 0 ? WRITE_BYTES : (int) left;
        stream.write(zeros.retainedSlice(0, bytes));
        left -= bytes;
      }
      if (left == 0) {
        stream.closeWrite();
      }
    }

    void end() {
      if (!ended) {
        ended = true;
        zeros.release();
      }
    }
  }

  private static final class Server implements StreamHandler {
    private final Stream stream;
    private @Nullable Source source;
    private long wanted;
    private int header;

    Server(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      while (header < Long.BYTES && data.isReadable()) {
        wanted = (wanted << Byte.SIZE) | data.readUnsignedByte();
        header++;
      }
      data.release();
    }

    @Override
    public void onEndOfInput() {
      if (header < Long.BYTES) {
        stream.reset(StreamReset.NO_CODE);
        return;
      }
      Source answer = new Source(stream, wanted);
      source = answer;
      answer.pump();
    }

    @Override
    public void onWritable() {
      if (source != null) {
        source.pump();
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      end();
    }

    @Override
    public void onClosed() {
      end();
    }

    private void end() {
      if (source != null) {
        source.end();
      }
    }
  }

  private static final class Client implements StreamHandler {
    private final Promise<Result> promise;
    private final long uploadBytes;
    private final long downloadBytes;
    private final long startedNanos;
    private final Stream stream;
    private final Source source;
    private long received;

    Client(
        Stream stream,
        Promise<Result> promise,
        long uploadBytes,
        long downloadBytes,
        long startedNanos) {
      this.stream = stream;
      this.promise = promise;
      this.uploadBytes = uploadBytes;
      this.downloadBytes = downloadBytes;
      this.startedNanos = startedNanos;
      this.source = new Source(stream, uploadBytes);
    }

    @Override
    public void onData(ByteBuf data) {
      received += data.readableBytes();
      data.release();
    }

    @Override
    public void onWritable() {
      source.pump();
    }

    @Override
    public void onReset(StreamReset reset) {
      source.end();
      promise.tryFailure(new StreamResetException(reset));
    }

    @Override
    public void onClosed() {
      source.end();
      if (received != downloadBytes) {
        promise.tryFailure(
            new IOException("asked for " + downloadBytes + " bytes, got " + received));
        return;
      }
      long elapsed = stream.eventLoop().ticker().nanoTime() - startedNanos;
      promise.trySuccess(new Result(uploadBytes, received, Duration.ofNanos(elapsed)));
    }
  }
}
