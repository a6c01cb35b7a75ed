package io.tributary.retriever.engine.race;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.fetch.Source;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Sources that were late the last time, so that nobody waits for one of them alone. Bounded and
 * thread-safe.
 */
public final class Doubts {

  /*
   * Why a second memory beside the scores
   * -------------------------------------
   * Scores are means, and a mean of many good fetches hardly moves when the next one is late. But who
   * has just stalled will very likely stall again: that is what a stalled source does. Were it asked
   * alone until its mean is bad enough, each of the next readers would wait until it is late once
   * more. So one lateness is enough to doubt a source. It is still asked, or else nobody would learn
   * that it is well again, but help is asked for at the same time as if it were late already, and
   * other sources of the same column are preferred.
   *
   * A stalled source sends nothing, so help beside it costs no extra bytes. Once it delivers it is
   * trusted again. If it loses before it could be late by its own measure, nothing was learned; then
   * the doubt ends by itself, and each further lateness makes it last twice as long.
   */

  /** How long the first lateness is held against a source. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  /** The longest that one is. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private record Doubt(long untilNanos, Duration length) {}

  private final Cache<Source, Doubt> doubts;
  private final LongSupplier nanoTime;

  /**
   * No doubts.
   *
   * @param maxSources how many sources are remembered
   * @param nanoTime a clock that never goes back
   */
  public Doubts(int maxSources, LongSupplier nanoTime) {
    this.doubts = Caffeine.newBuilder().maximumSize(maxSources).executor(Runnable::run).build();
    this.nanoTime = nanoTime;
  }

  /** It was late. */
  void onLate(Source source) {
    long now = nanoTime.getAsLong();
    doubts
        .asMap()
        .compute(
            source,
            (same, known) -> {
              Duration length = known == null ? FIRST : longer(known.length);
              return new Doubt(now + length.toNanos(), length);
            });
  }

  private static Duration longer(Duration length) {
    Duration doubled = length.multipliedBy(2);
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  /** It has delivered in time. */
  void onDelivered(Source source) {
    doubts.invalidate(source);
  }

  /** Whether it may be late again. */
  boolean has(Source source) {
    Doubt doubt = doubts.getIfPresent(source);
    return doubt != null && doubt.untilNanos - nanoTime.getAsLong() > 0;
  }
}
