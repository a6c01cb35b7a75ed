package io.tributary.exchange.client;

import java.util.concurrent.CompletableFuture;

/**
 * A fetch under way. Thread-safe.
 *
 * <p>Its bytes flow as they are asked for: a consumer that asks for no more stops the peer, and not
 * more than one window of the stream waits here.
 */
public final class Fetch {
  /** Asks for all bytes at once. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  private final Transfer transfer;

  Fetch(Transfer transfer) {
    this.transfer = transfer;
  }

  /**
   * Asks for more bytes to be handed to the consumer.
   *
   * @param bytes how many more; not negative
   */
  public void request(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("request for " + bytes + " bytes");
    }
    transfer.request(bytes);
  }

  /**
   * Wants no more: the consumer is not called again once this has taken effect, and the result
   * fails with {@code CANCELLED_HERE}. Does nothing after the end.
   */
  public void cancel() {
    transfer.cancel();
  }

  /**
   * What it ended with: completed on its event loop, after the last bytes were handed on; a failure
   * is a {@link FetchException}.
   */
  public CompletableFuture<FetchResult> result() {
    return transfer.result();
  }
}
