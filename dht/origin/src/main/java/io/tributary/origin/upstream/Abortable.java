package io.tributary.origin.upstream;

/** A body that can be ended from outside, while its server is silent. */
interface Abortable {
  /** Ends the body with a failure, unless it has ended; may be called from any thread. */
  void abort(Throwable cause);
}
