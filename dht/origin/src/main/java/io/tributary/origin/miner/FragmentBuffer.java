package io.tributary.origin.miner;

import io.tributary.content.Layout;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * The caller's buffer as the consumer of a fragment, until it is closed: afterwards nothing is
 * written to it any more, so that the caller may use it for something else.
 */
final class FragmentBuffer implements Flow.Subscriber<ByteBuffer> {
  private final ByteBuffer target;
  private boolean closed;

  /** Creates a consumer that writes from the buffer's position on; the position stays. */
  FragmentBuffer(ByteBuffer buffer) {
    target = buffer.slice(buffer.position(), Layout.FRAGMENT_BYTES);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(ByteBuffer chunk) {
    if (!closed) {
      target.put(chunk);
    }
  }

  @Override
  public void onError(Throwable failure) {
    close();
  }

  @Override
  public void onComplete() {
    close();
  }

  /** Ends writing; waits for a write that is under way. */
  synchronized void close() {
    closed = true;
  }
}
