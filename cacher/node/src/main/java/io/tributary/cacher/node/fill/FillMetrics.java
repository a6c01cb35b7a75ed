package io.tributary.cacher.node.fill;

import io.tributary.cacher.node.upstream.UpstreamEnd;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.SourceGuards;
import java.time.Duration;

/** Is told what happens to fills. Called by many threads: count and return. */
public interface FillMetrics {
  /** Counts nothing. */
  FillMetrics NONE = new FillMetrics() {};

  /** Somebody joined a fill that was under way. */
  default void joined() {}

  /** A fill ended, or did not begin. */
  default void ended(FillEnd end, Duration took) {}

  /**
   * A fetch from an upstream ended.
   *
   * @param bytes how many came, those that were here already included
   */
  default void fetched(SourceKind kind, UpstreamEnd.Kind end, long bytes, Duration took) {}

  /** An upstream was not asked. */
  default void passedOver(SourceKind kind, SourceGuards.Refusal why) {}
}
