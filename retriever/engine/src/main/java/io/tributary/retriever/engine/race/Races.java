package io.tributary.retriever.engine.race;

import io.tributary.content.FileRecord;
import io.tributary.fetch.absence.Absence;
import io.tributary.fetch.absence.Absences;
import io.tributary.fetch.flight.SingleFlight;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The races under way, one at most for each thing raced for: whoever wants what is being fetched
 * joins in. What was not to be had a moment ago is not raced for. Thread-safe.
 */
public final class Races {
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private final RaceParts parts;
  private final SingleFlight<Race.Key, Race> underWay;
  private final Absences<Race.Key> absences;
  private final Set<Race> running = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  /**
   * No races.
   *
   * @param maxAbsent of how many things it is remembered that they are not to be had
   */
  public Races(RaceParts parts, int maxAbsent) {
    this.parts = parts;
    this.underWay = new SingleFlight<>(parts.settings().maxRaces());
    this.absences = new Absences<>(maxAbsent, parts.outage(), parts.runtime().nanoTime());
  }

  /** Ends a waiter's waiting. */
  @FunctionalInterface
  public interface Leave {
    /** Waits no longer; does nothing if the waiter was told. */
    void leave();
  }

  /**
   * Waits for a column, or a stretch of one.
   *
   * @param soon what this reader will want next of the same
   */
  public Leave want(Race.Key key, FileRecord file, int column, Expectation soon, Waiter waiter) {
    Wanting wanting = new Wanting(key, file, column, soon, waiter);
    wanting.join();
    return wanting;
  }

  /** A reader expects something else now of what may be raced for. */
  public void expectsOtherwise(Race.Key key) {
    underWay.find(key).ifPresent(Race::look);
  }

  /** How many there are. */
  public int size() {
    return underWay.size();
  }

  /** Ends all, and begins no more. */
  public void close() {
    isClosed = true;
    running.forEach(race -> race.stop(closed()));
  }

  private static RetrievalException closed() {
    return new RetrievalException(RetrievalReason.CLOSED, "the engine is closed");
  }

  private Race begin(Race.Key key, FileRecord file) {
    Race race =
        new Race(
            parts,
            key,
            file,
            (landed, failure) -> {
              running.remove(landed);
              underWay.land(key, landed);
              parts.laterTrees().goOn();
              failure.ifPresent(why -> remember(key, why));
            });
    running.add(race);
    return race;
  }

  private void remember(Race.Key key, RetrievalException why) {
    switch (why.reason()) {
      case NO_SOURCE -> absences.put(key, Absence.NO_SOURCE);
      case ALL_SOURCES_LIED -> absences.put(key, Absence.ALL_LIED);
      default -> {}
    }
  }

  private static RetrievalException absent(Absence absence) {
    return new RetrievalException(
        absence == Absence.ALL_LIED ? RetrievalReason.ALL_SOURCES_LIED : RetrievalReason.NO_SOURCE,
        "so it was a moment ago",
        absence.believedFor());
  }

  /** One waiter, who may have to go on to another race if one is just over. */
  private final class Wanting implements Leave {
    private final Race.Key key;
    private final FileRecord file;
    private final int column;
    private final Expectation soon;
    private final Waiter waiter;
    private boolean hasLeft;
    private Optional<Race> race = Optional.empty();

    Wanting(Race.Key key, FileRecord file, int column, Expectation soon, Waiter waiter) {
      this.key = key;
      this.file = file;
      this.column = column;
      this.soon = soon;
      this.waiter = waiter;
    }

    void join() {
      if (isClosed) {
        waiter.onFailure(closed());
        return;
      }
      Optional<Absence> absence = absences.of(key);
      if (absence.isPresent()) {
        waiter.onFailure(absent(absence.get()));
        return;
      }
      Optional<SingleFlight.Joined<Race>> joined = underWay.join(key, each -> begin(each, file));
      if (joined.isEmpty()) {
        waiter.onFailure(
            new RetrievalException(
                RetrievalReason.BUSY,
                underWay.maxFlights() + " segments are being fetched",
                BUSY_RETRY));
        return;
      }
      Race found = joined.get().flight();
      synchronized (this) {
        race = Optional.of(found);
      }
      if (!hasLeft()) {
        found.want(column, soon, waiter, this::join);
      }
      if (hasLeft()) {
        // Perhaps before it had joined; a race that nobody else is in lands by this.
        found.leave(column, waiter);
      }
      if (isClosed) {
        found.stop(closed());
      }
    }

    private synchronized boolean hasLeft() {
      return hasLeft;
    }

    @Override
    public void leave() {
      Optional<Race> joined;
      synchronized (this) {
        hasLeft = true;
        joined = race;
      }
      joined.ifPresent(each -> each.leave(column, waiter));
    }
  }
}
