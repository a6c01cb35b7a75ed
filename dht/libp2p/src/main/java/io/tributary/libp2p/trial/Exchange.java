package io.tributary.libp2p.trial;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;

/**
 * The asking side of one stream: sends some of the pattern, closes its side, checks what comes
 * back. Lives on the stream's event loop.
 */
abstract class Exchange implements StreamHandler {
  final Stream stream;
  private final Promise<Moved> outcome;
  private final long expectedBytes;
  private final PatternSource source;
  private final long startedNanos;
  private long received;

  /**
   * An exchange that has not begun.
   *
   * @param sendBytes bytes of the pattern to send
   * @param expectedBytes bytes that shall come back
   */
  Exchange(Stream stream, long sendBytes, long expectedBytes, Promise<Moved> outcome) {
    this.stream = stream;
    this.outcome = outcome;
    this.expectedBytes = expectedBytes;
    this.source = new PatternSource(stream, sendBytes, this::onSent);
    this.startedNanos = stream.eventLoop().ticker().nanoTime();
  }

  /** Shown each piece of the pattern that goes out. */
  void onSent(ByteBuf piece) {}

  /** Whether these bytes are what shall come at this position. */
  abstract boolean isExpected(long position, ByteBuf data);

  void begin(Duration deadline) {
    stream.deadline(deadline);
    stream.handler(this);
    source.pump();
  }

  @Override
  public void onWritable() {
    source.pump();
  }

  @Override
  public void onData(ByteBuf data) {
    try {
      int bytes = data.readableBytes();
      if (received + bytes > expectedBytes) {
        fail(TrialException.Reason.TOO_LONG, "more than " + expectedBytes + " bytes came");
      } else if (!isExpected(received, data)) {
        fail(TrialException.Reason.OTHER_BYTES, "in the " + bytes + " bytes at " + received);
      }
      received += bytes;
    } finally {
      data.release();
    }
  }

  private void fail(TrialException.Reason reason, String detail) {
    outcome.tryFailure(new TrialException(reason, detail));
    stream.reset(StreamReset.NO_CODE);
  }

  @Override
  public void onEndOfInput() {
    if (received < expectedBytes) {
      fail(TrialException.Reason.TOO_SHORT, received + " of " + expectedBytes + " bytes came");
    }
  }

  @Override
  public void onReset(StreamReset reset) {
    outcome.tryFailure(new StreamResetException(reset));
  }

  @Override
  public void onClosed() {
    long elapsed = stream.eventLoop().ticker().nanoTime() - startedNanos;
    outcome.trySuccess(new Moved(source.written(), received, Duration.ofNanos(elapsed)));
  }

  /** The pattern goes out, or a number does; the pattern comes back. */
  static final class Content extends Exchange {
    Content(Stream stream, long sendBytes, long expectedBytes, Promise<Moved> outcome) {
      super(stream, sendBytes, expectedBytes, outcome);
    }

    @Override
    boolean isExpected(long position, ByteBuf data) {
      return TrialPattern.matches(position, data);
    }
  }

  /** The pattern goes out; its length and hash come back. */
  static final class Sum extends Exchange {
    private final long sendBytes;
    private final MessageDigest hash = TrialPattern.newSha256();
    private byte[] expected = {};

    Sum(Stream stream, long sendBytes, Promise<Moved> outcome) {
      super(stream, sendBytes, TrialProtocols.SUM_BYTES, outcome);
      this.sendBytes = sendBytes;
    }

    @Override
    void onSent(ByteBuf piece) {
      TrialPattern.update(hash, piece);
    }

    @Override
    boolean isExpected(long position, ByteBuf data) {
      if (expected.length == 0) {
        expected = new byte[TrialProtocols.SUM_BYTES];
        ByteBuf sum = stream.allocator().heapBuffer(TrialProtocols.SUM_BYTES);
        sum.writeLong(sendBytes).writeBytes(hash.digest()).readBytes(expected).release();
      }
      byte[] came = new byte[data.readableBytes()];
      data.readBytes(came);
      int from = (int) position;
      return Arrays.equals(came, 0, came.length, expected, from, from + came.length);
    }
  }
}
