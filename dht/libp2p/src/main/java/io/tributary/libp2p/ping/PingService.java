package io.tributary.libp2p.ping;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ping protocol, {@value #PROTOCOL_ID}: 32 random bytes go out, the same 32 bytes come back.
 * Answers peers on at most {@value #MAX_INBOUND} streams per connection. Thread-safe.
 */
public final class PingService {

  /** The protocol id. */
  public static final String PROTOCOL_ID = "/ipfs/ping/1.0.0";

  /** Bytes of a ping. */
  public static final int PAYLOAD_BYTES = 32;

  /** Streams of one connection that are answered at a time. */
  public static final int MAX_INBOUND = 2;

  /** How long a ping may take. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  /** How long an inbound stream may live. */
  public static final Duration MAX_LIFE = Duration.ofHours(1);

  private final Map<Connection, Integer> answering = new WeakHashMap<>();

  /** Starts answering on a host. */
  public PingService(Host host) {
    host.handle(PROTOCOL_ID, this::answer, true);
  }

  private StreamHandler answer(Stream stream) {
    synchronized (answering) {
      int open = answering.getOrDefault(stream.connection(), 0);
      if (open >= MAX_INBOUND) {
        stream.abort(ResetReason.LIMIT_REACHED);
        return ByteBuf::release;
      }
      answering.put(stream.connection(), open + 1);
    }
    stream.deadline(MAX_LIFE);
    return new Echo(stream);
  }

  private void onAnswered(Connection connection) {
    synchronized (answering) {
      answering.computeIfPresent(connection, (key, open) -> open == 1 ? null : open - 1);
    }
  }

  /** Sends each byte back; the stream's credit bounds what a peer that does not read can queue. */
  private final class Echo implements StreamHandler {
    private final Stream stream;

    Echo(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      if (!stream.write(data)) {
        stream.autoRead(false);
      }
    }

    @Override
    public void onWritable() {
      stream.autoRead(true);
    }

    @Override
    public void onEndOfInput() {
      stream.closeWrite();
    }

    @Override
    public void onReset(StreamReset reset) {
      onAnswered(stream.connection());
    }

    @Override
    public void onClosed() {
      onAnswered(stream.connection());
    }
  }

  /** Pings a peer once and returns the round-trip time, opening of the stream included. */
  public Future<Duration> ping(Connection connection) {
    Promise<Duration> promise = connection.eventLoop().newPromise();
    connection
        .newStreamOnLimited(List.of(PROTOCOL_ID))
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                Asker asker = new Asker(opened.getNow(), promise);
                opened.getNow().handler(asker);
                asker.send();
              } else {
                promise.tryFailure(opened.cause());
              }
            });
    return promise;
  }

  private static final class Asker implements StreamHandler {
    private final Stream stream;
    private final Promise<Duration> promise;
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private int matched;
    private long sentNanos;

    Asker(Stream stream, Promise<Duration> promise) {
      this.stream = stream;
      this.promise = promise;
      ThreadLocalRandom.current().nextBytes(payload);
    }

    void send() {
      stream.deadline(DEADLINE);
      sentNanos = stream.eventLoop().ticker().nanoTime();
      stream.write(stream.allocator().directBuffer(PAYLOAD_BYTES).writeBytes(payload));
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        while (data.isReadable()) {
          if (matched == PAYLOAD_BYTES || data.readByte() != payload[matched]) {
            stream.reset(StreamReset.NO_CODE);
            promise.tryFailure(new PingMismatchException());
            return;
          }
          matched++;
        }
      } finally {
        data.release();
      }
      if (matched == PAYLOAD_BYTES) {
        stream.closeWrite();
        promise.trySuccess(Duration.ofNanos(stream.eventLoop().ticker().nanoTime() - sentNanos));
      }
    }

    @Override
    public void onEndOfInput() {
      if (matched < PAYLOAD_BYTES) {
        stream.reset(StreamReset.NO_CODE);
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      promise.tryFailure(new StreamResetException(reset));
    }
  }
}
