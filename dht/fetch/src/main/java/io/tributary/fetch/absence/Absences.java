package io.tributary.fetch.absence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is known not to be had, so that asking for it again costs nothing. Nothing is remembered
 * during an {@link Outage}. Bounded and thread-safe.
 *
 * @param <K> what is absent: a fid, a fragment
 */
public final class Absences<K> {
  private final Cache<K, Absence> known;
  private final Outage outage;

  /**
   * Knows of nothing.
   *
   * @param maxKeys how many are remembered
   * @param nanoTime a clock that never goes back
   */
  public Absences(int maxKeys, Outage outage, LongSupplier nanoTime) {
    Ticker ticker = nanoTime::getAsLong;
    this.outage = outage;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(maxKeys)
            .ticker(ticker)
            .expireAfter(Expiry.<K, Absence>writing((key, absence) -> absence.believedFor()))
            .build();
  }

  /** Why a thing is not to be had, if that is known. */
  public Optional<Absence> of(K key) {
    return Optional.ofNullable(known.getIfPresent(key));
  }

  /**
   * Remembers that a thing is not to be had.
   *
   * @return whether it is believed
   */
  public boolean put(K key, Absence absence) {
    if (outage.isOn()) {
      return false;
    }
    known.put(key, absence);
    return true;
  }

  /** Forgets it, as when the chain says that it is there now. */
  public void forget(K key) {
    known.invalidate(key);
  }

  /** How many are remembered. */
  public long size() {
    known.cleanUp();
    return known.estimatedSize();
  }
}
