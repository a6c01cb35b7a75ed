package io.tributary.cacher.node.upstream;

import io.tributary.exchange.FillSource;
import java.util.Optional;

/**
 * How a fetch from an upstream ended.
 *
 * @param kind what it means for the fill and for the upstream
 * @param reason the exact reason: the name of a constant of the protocol that was spoken
 * @param blamed whom the upstream itself blames; only with {@link Kind#ABORTED}
 */
public record UpstreamEnd(Kind kind, String reason, Optional<FillSource> blamed) {

  /** What an end means. The same word in code, logs and metrics. */
  public enum Kind {
    /** All bytes came and have the fragment's hash. */
    DELIVERED,
    /** It vouched for bytes that are wrong. */
    LIED,
    /** It passed on bytes of somebody else, and said itself that they are wrong. */
    ABORTED,
    /** It failed: no answer, too slow, broken off. What it sent may be right. */
    FAILED,
    /** It does not have the fragment. */
    ABSENT,
    /** It does not serve us. */
    REFUSED,
    /** It has no time now. */
    BUSY,
    /** This node could not go on. */
    OWN_FAULT,
    /** It was not wanted any more. */
    CANCELLED
  }

  /** An end that blames nobody else. */
  public static UpstreamEnd of(Kind kind, String reason) {
    return new UpstreamEnd(kind, reason, Optional.empty());
  }

  @Override
  public String toString() {
    return kind.name().equals(reason) ? reason : kind + " (" + reason + ")";
  }
}
