package io.tributary.cacher.node.upstream;

import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentName;
import io.tributary.fetch.Source;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One who probably has a fragment, and the way to get it from there. Thread-safe. */
public interface Upstream {

  /** By what name it is scored and guarded. */
  Source source();

  /** By what name it is blamed. */
  FillSource blamedAs();

  /**
   * Begins to fetch a whole fragment.
   *
   * @param deadline how long it may take altogether, told to peers; who fetches cancels what is
   *     late
   * @param receiver gets the bytes as they come, then the end
   * @return ends it; the receiver is told {@link UpstreamEnd.Kind#CANCELLED} if it had not ended
   */
  Cancellation fetch(FragmentName name, Duration deadline, Receiver receiver);

  /** Takes what comes. Never called on an event loop, and by one thread at a time. */
  interface Receiver {
    /**
     * Takes the next bytes of the fragment, unverified; the buffer is valid until it returns.
     *
     * @param bytes all are taken
     */
    void onBytes(ByteBuffer bytes);

    /** There is no more. Called once. */
    void onEnd(UpstreamEnd end);
  }

  /** Ends what is under way. */
  @FunctionalInterface
  interface Cancellation {
    /** Ends it; does nothing if it has ended. */
    void cancel();
  }
}
