package io.tributary.origin.chain.rpc;

import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that all responses being received share; may be used by any thread. */
final class ResponseBudget {
  private final long limitBytes;
  private final int maxResponseBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  ResponseBudget(RpcLimits limits) {
    limitBytes = limits.maxBufferedBytes();
    maxResponseBytes = limits.maxResponseBytes();
  }

  /** Returns the share of a response that begins. */
  Share share() {
    return new Share();
  }

  /** Returns how much is held at the moment. */
  long heldBytes() {
    return heldBytes.get();
  }

  /** What one response holds. */
  final class Share {
    private long bytes;
    private boolean released;

    /**
     * Takes more.
     *
     * @throws ChainException if the response or all responses together grow too large
     */
    synchronized void grow(long more) {
      if (released) {
        throw ChainException.of(Reason.TIMEOUT, "the call was given up");
      }
      if (bytes + more > maxResponseBytes) {
        throw ChainException.of(
            Reason.TOO_LARGE,
            "the response is above maxResponseBytes, which is " + maxResponseBytes);
      }
      bytes += more;
      if (heldBytes.addAndGet(more) > limitBytes) {
        throw ChainException.of(
            Reason.OVERLOADED,
            "responses together are above maxBufferedBytes, which is " + limitBytes);
      }
    }

    /** Gives everything back, for good; may be called more than once. */
    synchronized void release() {
      released = true;
      heldBytes.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
