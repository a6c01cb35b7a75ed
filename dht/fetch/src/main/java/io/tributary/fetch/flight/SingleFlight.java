package io.tributary.fetch.flight;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * The fetches under way, one at most for each thing: who wants what is being fetched joins in.
 * Bounded and thread-safe.
 *
 * @param <K> what is fetched
 * @param <F> a fetch that others can follow
 */
public final class SingleFlight<K, F> {
  private final ConcurrentMap<K, F> underWay = new ConcurrentHashMap<>();
  private final Semaphore room;
  private final int maxFlights;

  /**
   * No fetches.
   *
   * @param maxFlights how many things may be fetched at the same time
   */
  public SingleFlight(int maxFlights) {
    this.maxFlights = maxFlights;
    this.room = new Semaphore(maxFlights);
  }

  /**
   * A fetch of a thing and whether it began just now.
   *
   * @param flight the fetch
   * @param isNew whether this caller is its first
   */
  public record Joined<F>(F flight, boolean isNew) {}

  /**
   * Joins the fetch of a thing, or begins it.
   *
   * @param begin makes the fetch; called once for all who join, must not block, and must not itself
   *     join or land
   * @return nothing if too many things are being fetched
   */
  public Optional<Joined<F>> join(K key, Function<K, F> begin) {
    boolean[] isNew = {false};
    F flight =
        underWay.computeIfAbsent(
            key,
            absent -> {
              if (!room.tryAcquire()) {
                return null;
              }
              try {
                F made = begin.apply(absent);
                isNew[0] = true;
                return made;
              } finally {
                if (!isNew[0]) {
                  room.release();
                }
              }
            });
    return Optional.ofNullable(flight).map(joined -> new Joined<>(joined, isNew[0]));
  }

  /**
   * Tells that a fetch has ended, well or not; the next who wants the thing begins another.
   *
   * @return whether it was under way
   */
  public boolean land(K key, F flight) {
    boolean wasThere = underWay.remove(key, flight);
    if (wasThere) {
      room.release();
    }
    return wasThere;
  }

  /** The fetch of a thing, if it is under way. */
  public Optional<F> find(K key) {
    return Optional.ofNullable(underWay.get(key));
  }

  /** How many things are being fetched. */
  public int size() {
    return maxFlights - room.availablePermits();
  }

  /** How many may be. */
  public int maxFlights() {
    return maxFlights;
  }
}
