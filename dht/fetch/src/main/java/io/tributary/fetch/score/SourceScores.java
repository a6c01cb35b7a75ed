package io.tributary.fetch.score;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What all sources have shown, and the order in which to ask them. Bounded and thread-safe.
 *
 * <p>A source is worth as much as the time it is expected to take for what is asked, failures
 * included, so near and small beats far and fast for a short range, and not for a whole fragment.
 * One that sent wrong bytes is not asked for a while.
 */
public final class SourceScores {
  private final ScoreSettings settings;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Cache<Source, Track> tracks;
  private final Map<SourceKind, Track> kinds = new EnumMap<>(SourceKind.class);

  /**
   * Scores of which nothing is known yet.
   *
   * @param nanoTime a clock that never goes back
   * @param random decides when to explore; used under a lock
   */
  public SourceScores(ScoreSettings settings, LongSupplier nanoTime, RandomGenerator random) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.random = random;
    for (SourceKind kind : SourceKind.values()) {
      kinds.put(kind, new Track(Expectation.of(kind), settings, nanoTime.getAsLong()));
    }
    this.tracks = Caffeine.newBuilder().maximumSize(settings.maxSources()).build();
  }

  private Track track(Source source) {
    return tracks.get(source, each -> new Track(kind(each.kind()), settings, nanoTime.getAsLong()));
  }

  private Track kind(SourceKind kind) {
    Track known = kinds.get(kind);
    if (known == null) {
      throw new IllegalStateException("all kinds are known");
    }
    return known;
  }

  /**
   * Returns the sources that may be asked, the one to ask first at the front.
   *
   * <p>Now and then the one that was not asked for longest is put there instead, since nobody knows
   * what it has become.
   *
   * @param bytes how many are to be fetched
   */
  public List<Source> rank(Collection<Source> candidates, long bytes) {
    record Ranked(Source source, double nanos, long silentNanos) {}

    long now = nanoTime.getAsLong();
    List<Ranked> ranked = new ArrayList<>(candidates.size());
    for (Source source : candidates) {
      Track track = track(source);
      if (!track.isQuarantined(now)) {
        double nanos = track.expectedNanos(bytes, now);
        ranked.add(new Ranked(source, nanos, track.sinceAskedNanos(now)));
      }
    }
    ranked.sort(Comparator.comparingDouble(Ranked::nanos));
    if (ranked.size() > 1 && explores()) {
      ranked.subList(1, ranked.size()).stream()
          .max(Comparator.comparingLong(Ranked::silentNanos))
          .ifPresent(
              silent -> {
                ranked.remove(silent);
                ranked.add(0, silent);
              });
    }
    return ranked.stream().map(Ranked::source).toList();
  }

  private boolean explores() {
    synchronized (random) {
      return random.nextDouble() < settings.exploringShare();
    }
  }

  /** How long a source is expected to take for so many bytes, failures included. */
  public Duration expected(Source source, long bytes) {
    long now = nanoTime.getAsLong();
    return Duration.ofNanos((long) track(source).expectedNanos(bytes, now));
  }

  /** After which time a fetch of so many bytes is later than 95 of 100 of this source's own. */
  public Duration late(Source source, long bytes) {
    long now = nanoTime.getAsLong();
    return Duration.ofNanos((long) track(source).lateNanos(bytes, now));
  }

  /**
   * Whether so little was seen of a source, and of all of its kind, that what is expected of it,
   * and so what is late, is a guess.
   */
  public boolean isGuess(Source source) {
    return track(source).isGuess() && kind(source.kind()).isGuess();
  }

  /** Tells that a source is being asked. */
  public void onAsked(Source source) {
    track(source).onAsked(nanoTime.getAsLong());
  }

  /**
   * Tells that a source has delivered what was asked for, and that it was right.
   *
   * @param firstByte the time from asking to the first byte
   * @param whole the time to the last
   */
  public void onDelivered(Source source, long bytes, Duration firstByte, Duration whole) {
    long now = nanoTime.getAsLong();
    track(source).onDelivered(bytes, firstByte, whole, now);
    kind(source.kind()).onDelivered(bytes, firstByte, whole, now);
  }

  /**
   * Tells that a source has delivered what it had to fetch itself first. That is to its credit, but
   * says nothing of its own speed.
   */
  public void onRelayed(Source source) {
    track(source).onRelayed(nanoTime.getAsLong());
  }

  /** Tells that a source did not deliver, and that it was its own fault. */
  public void onFailed(Source source) {
    track(source).onFailed(nanoTime.getAsLong());
  }

  /** Tells that a source sent wrong bytes. */
  public void onLied(Source source) {
    track(source).onLied(settings, nanoTime.getAsLong());
  }

  /** What is thought of a source. */
  public Standing standing(Source source) {
    return track(source).standing(nanoTime.getAsLong());
  }

  /** Of how many sources something is remembered. */
  public long size() {
    tracks.cleanUp();
    return tracks.estimatedSize();
  }
}
