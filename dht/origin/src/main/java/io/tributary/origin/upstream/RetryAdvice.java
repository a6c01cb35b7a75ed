package io.tributary.origin.upstream;

/** Whether and where to try again after a failure. */
public enum RetryAdvice {
  /** The same request to the same server, at once. */
  NOW,
  /** The same request to the same server, after a while. */
  LATER,
  /** The same request to another server that has the content. */
  ELSEWHERE,
  /** Nowhere: the request fails again until somebody changes something. */
  NEVER
}
