package io.tributary.nodekit.http;

import java.util.Optional;

/**
 * Answers simple requests for a few bytes at once, past all that makes a request and a response of
 * parts: a short cut for those that come by the hundred thousand. Called on event loops, so it must
 * not block. Thread-safe.
 *
 * <p>What it answers is what the server's {@link Handler} would have answered.
 */
@FunctionalInterface
public interface QuickHandler {
  /**
   * Returns the answer, or nothing to have the request go the usual way; then it counts nothing.
   */
  Optional<QuickAnswer> handle(QuickRequest request);
}
