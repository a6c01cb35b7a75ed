package io.tributary.retriever.engine.race;

import io.tributary.fetch.Source;
import io.tributary.fetch.score.SourceScores;
import io.tributary.retriever.engine.EngineSettings.Staging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The order in which sources are asked: by what each has shown, but the delivery network before the
 * storage network. Thread-safe.
 */
public final class Ranking {

  /*
   * Why not simply the quickest
   * ---------------------------
   * A cacher that does not hold a fragment fetches it from where the reader would, and passes it on
   * as it comes. The first reader gains nothing by asking it; all others do. Were speed alone to
   * decide, a region whose miners are near would never warm up: its miners would carry every read.
   *
   * So the origin has a price, a time that one rather waits than ask it. It is asked first only if
   * cachers are expected to take longer than it does by more than that: if they are slow, or fail,
   * which makes them expected to take longer. In between it is what a hedge and a fallback go to. A
   * small share of first choices goes there too, or else nobody would know how quick it is, and so
   * whether it is worth its price.
   *
   * Of either network those are asked first of whom there are no doubts, if there are such.
   */

  private final SourceScores scores;
  private final Doubts doubts;
  private final Staging staging;
  private final RandomGenerator random;

  /**
   * A ranking.
   *
   * @param random decides when the origin is asked all the same; used under a lock
   */
  public Ranking(SourceScores scores, Doubts doubts, Staging staging, RandomGenerator random) {
    this.scores = scores;
    this.doubts = doubts;
    this.staging = staging;
    this.random = random;
  }

  /** The one to ask first for so many bytes; empty if none is to be trusted. */
  Optional<Source> first(Collection<Source> sources, long bytes) {
    List<Source> near = new ArrayList<>();
    List<Source> origin = new ArrayList<>();
    for (Source source : sources) {
      (source.kind().isOrigin() ? origin : near).add(source);
    }
    Optional<Source> nearest = best(near, bytes);
    Optional<Source> miner = best(origin, bytes);
    if (nearest.isEmpty() || miner.isEmpty()) {
      return nearest.or(() -> miner);
    }
    boolean isOriginFirst =
        cost(nearest.get(), bytes).compareTo(cost(miner.get(), bytes)) > 0 || explores();
    return isOriginFirst ? miner : nearest;
  }

  private Optional<Source> best(List<Source> sources, long bytes) {
    List<Source> ranked = sources.isEmpty() ? List.of() : scores.rank(sources, bytes);
    return ranked.stream()
        .filter(source -> !doubts.has(source))
        .findFirst()
        .or(() -> ranked.stream().findFirst());
  }

  private boolean explores() {
    synchronized (random) {
      return staging.originShare() > 0 && random.nextDouble() < staging.originShare();
    }
  }

  /** What it costs to ask a source for so many bytes: the expected time, and the origin's price. */
  Duration cost(Source source, long bytes) {
    Duration expected = scores.expected(source, bytes);
    return source.kind().isOrigin() ? expected.plus(staging.originPrice()) : expected;
  }
}
