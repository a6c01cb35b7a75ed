package io.tributary.libp2p.trial;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.Fault;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.stream.StreamResetException;
import java.time.Duration;

/**
 * The asking side of a stream that shall end by a reset: sends a byte and waits. Lives on the
 * stream's event loop.
 */
final class AwaitedReset implements StreamHandler {
  private final Stream stream;
  private final Promise<StreamReset> outcome;

  AwaitedReset(Stream stream, Promise<StreamReset> outcome) {
    this.stream = stream;
    this.outcome = outcome;
  }

  void begin(Duration deadline) {
    stream.deadline(deadline);
    stream.handler(this);
    stream.write(TrialPattern.slice(0, 1));
  }

  @Override
  public void onData(ByteBuf data) {
    data.release();
    fail("data came");
  }

  @Override
  public void onEndOfInput() {
    fail("the peer closed in order");
  }

  private void fail(String detail) {
    outcome.tryFailure(new TrialException(TrialException.Reason.NOT_RESET, detail));
    stream.reset(StreamReset.NO_CODE);
  }

  @Override
  public void onReset(StreamReset reset) {
    if (reset.reason().fault() == Fault.PEER) {
      outcome.trySuccess(reset);
    } else {
      outcome.tryFailure(new StreamResetException(reset));
    }
  }
}
