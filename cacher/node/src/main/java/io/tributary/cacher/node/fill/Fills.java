package io.tributary.cacher.node.fill;

import io.tributary.cacher.node.fill.FragmentFlight.Shared;
import io.tributary.cacher.node.upstream.UpstreamFinder;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentName;
import io.tributary.fetch.absence.Absence;
import io.tributary.fetch.absence.Absences;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.flight.SingleFlight;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The fills under way: who asks for a fragment that is not here begins one or joins it, and reads
 * while it comes. What cannot be had is remembered for a while. Bounded and thread-safe; never
 * waits.
 */
public final class Fills {
  private final Shared shared;
  private final SingleFlight<FragmentHash, FragmentFlight> flights;
  private final Set<FragmentFlight> running = ConcurrentHashMap.newKeySet();
  private volatile boolean isStopped;

  /**
   * No fills.
   *
   * @param hot where fragments go
   * @param finder finds who has them
   * @param scores whom to ask first
   * @param guards whom to leave alone
   * @param outage whether most of everything fails
   * @param executor runs what is not done on event loops
   * @param time what deadlines go by
   * @param onStored told of each fragment that has been stored
   */
  public Fills(
      FillSettings settings,
      HotFragments hot,
      UpstreamFinder finder,
      SourceScores scores,
      SourceGuards guards,
      Outage outage,
      Executor executor,
      Timekeeper time,
      FillMetrics metrics,
      Consumer<FragmentName> onStored) {
    this.shared =
        new Shared(
            hot,
            finder,
            scores,
            guards,
            new Absences<>(settings.maxAbsences(), outage, time::nanoTime),
            outage,
            settings,
            executor,
            time,
            metrics,
            onStored,
            this::land);
    this.flights = new SingleFlight<>(settings.maxFills());
  }

  /**
   * Gets a fragment that is not here, whose place in its file has been checked.
   *
   * @param isWantedAnyway whether to go on if nobody waits for it, as with a prefetch
   */
  public CompletionStage<FillAnswer> get(FragmentName name, boolean isWantedAnyway) {
    Optional<Absence> absence = shared.absences().of(name.hash());
    if (absence.isPresent()) {
      FillEnd why = absence.get() == Absence.ALL_LIED ? FillEnd.ALL_LIED : FillEnd.NO_SOURCE;
      return notHad(why, absence.get().believedFor());
    }
    // The second time, the flight that was over has been taken away.
    for (int i = 0; i < 2 && !isStopped; i++) {
      Optional<SingleFlight.Joined<FragmentFlight>> joined =
          flights.join(name.hash(), hash -> new FragmentFlight(name, isWantedAnyway, shared));
      if (joined.isEmpty()) {
        return notHad(FillEnd.TOO_MANY, shared.settings().retryAfter());
      }
      FragmentFlight flight = joined.get().flight();
      boolean isNew = joined.get().isNew();
      Optional<CompletionStage<FillAnswer>> answer =
          flight.join(isNew ? CacheOutcome.MISS : CacheOutcome.JOINED);
      if (isNew) {
        begin(flight);
      } else {
        shared.metrics().joined();
      }
      if (answer.isPresent()) {
        return answer.get();
      }
      land(flight);
    }
    return isStopped
        ? notHad(FillEnd.STOPPED, Duration.ZERO)
        : notHad(FillEnd.NO_ROOM, shared.settings().retryAfter());
  }

  private void begin(FragmentFlight flight) {
    running.add(flight);
    try {
      shared.executor().execute(flight::start);
    } catch (RejectedExecutionException e) {
      flight.stop();
    }
    if (isStopped) {
      flight.stop();
    }
  }

  private CompletionStage<FillAnswer> notHad(FillEnd why, Duration retryAfter) {
    shared.metrics().ended(why, Duration.ZERO);
    return CompletableFuture.completedStage(new FillAnswer.NotHad(why, retryAfter));
  }

  private void land(FragmentFlight flight) {
    running.remove(flight);
    flights.land(flight.name().hash(), flight);
  }

  /** Tells whether a fragment is being filled. */
  public boolean isUnderWay(FragmentHash fragment) {
    return flights.find(fragment).isPresent();
  }

  /** How many fills are under way. */
  public int underWay() {
    return flights.size();
  }

  /** How many may be. */
  public int maxUnderWay() {
    return flights.maxFlights();
  }

  /** Of how many fragments it is remembered that they cannot be had. */
  public long absences() {
    return shared.absences().size();
  }

  /** Begins no more fills and ends those under way; who waits is told. */
  public void stop() {
    isStopped = true;
    List.copyOf(running).forEach(FragmentFlight::stop);
  }
}
