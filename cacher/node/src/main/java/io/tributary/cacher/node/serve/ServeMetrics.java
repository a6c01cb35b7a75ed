package io.tributary.cacher.node.serve;

import io.tributary.exchange.Status;

/** Is told how requests for fragments are answered. Called by many threads: count and return. */
public interface ServeMetrics {
  /** Counts nothing. */
  ServeMetrics NONE = new ServeMetrics() {};

  /** A request was answered. */
  default void answered(Answered how) {}

  /** A request was not answered with bytes. */
  default void missing(Status status) {}

  /** Where the bytes of an answer come from. The same word in code, logs, headers and metrics. */
  enum Answered {
    /** From the store. */
    HIT,
    /** From a fill that this request began. */
    MISS,
    /** From a fill that was under way. */
    JOINED
  }
}
