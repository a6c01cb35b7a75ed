package io.tributary.libp2p.trial;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The asking side of a stream that nobody reads at the far end: writes until nothing has been taken
 * for a while, then resets. Lives on the stream's event loop.
 */
final class Flood implements StreamHandler {
  private final Stream stream;
  private final Promise<Long> outcome;
  private final long maxBytes;
  private final Duration quiet;
  private long written;
  private @Nullable ScheduledFuture<?> settled;

  Flood(Stream stream, long maxBytes, Duration quiet, Promise<Long> outcome) {
    this.stream = stream;
    this.outcome = outcome;
    this.maxBytes = maxBytes;
    this.quiet = quiet;
  }

  void begin(Duration deadline) {
    stream.deadline(deadline);
    stream.handler(this);
    pump();
  }

  private void pump() {
    if (settled != null) {
      settled.cancel(false);
    }
    while (written <= maxBytes && stream.isWritable()) {
      ByteBuf piece = TrialPattern.slice(written, TrialPattern.CHUNK_BYTES);
      written += piece.readableBytes();
      stream.write(piece);
    }
    if (written > maxBytes) {
      outcome.tryFailure(
          new TrialException(
              TrialException.Reason.NO_BACK_PRESSURE, "it took more than " + maxBytes + " bytes"));
      stream.reset(StreamReset.NO_CODE);
    } else {
      settled = stream.eventLoop().schedule(this::settle, quiet.toNanos(), NANOSECONDS);
    }
  }

  private void settle() {
    outcome.trySuccess(written);
    stream.reset(StreamReset.NO_CODE);
  }

  @Override
  public void onWritable() {
    pump();
  }

  @Override
  public void onData(ByteBuf data) {
    data.release();
  }

  @Override
  public void onReset(StreamReset reset) {
    if (settled != null) {
      settled.cancel(false);
    }
    outcome.tryFailure(new StreamResetException(reset));
  }
}
