package io.tributary.retriever.engine.race;

import io.tributary.fetch.Source;
import io.tributary.retriever.engine.EngineLog;
import io.tributary.retriever.engine.source.FragmentOffer;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.source.FragmentWanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The sources of one column, as they are found. Confined to its race, but for the searches. */
final class Candidates {
  /** The most sources of one column that are remembered. */
  static final int MAX = 64;

  /** How many each provider is to offer at a time. */
  private static final int AT_ONCE = 2;

  private final RaceParts parts;
  private final boolean rangesOnly;
  private final List<Candidate> found = new ArrayList<>();
  private final List<Looking> lookings = new ArrayList<>();
  private boolean isSettled;
  private boolean isSettling;
  private boolean isSettlingNear;

  Candidates(RaceParts parts, boolean rangesOnly) {
    this.parts = parts;
    this.rangesOnly = rangesOnly;
  }

  /** One provider's search. */
  private final class Looking implements FragmentProvider.Listener, FragmentProvider.Search {
    private final Executor turns;
    private final Runnable onNews;
    private FragmentProvider.@Nullable Search search;
    private boolean isCancelled;
    private boolean hasTold;
    private boolean isDone;

    Looking(Executor turns, Runnable onNews) {
      this.turns = turns;
      this.onNews = onNews;
    }

    @Override
    public void onOffer(FragmentOffer offer) {
      turns.execute(
          () -> {
            hasTold = true;
            if (found.size() < MAX && (offer.givesRanges() || !rangesOnly)) {
              found.add(new Candidate(offer, this, parts.now()));
            }
            onNews.run();
          });
    }

    @Override
    public void onDone() {
      turns.execute(
          () -> {
            hasTold = true;
            isDone = true;
            onNews.run();
          });
    }

    void begun(FragmentProvider.Search begun) {
      synchronized (this) {
        search = begun;
        if (!isCancelled) {
          return;
        }
      }
      begun.cancel();
    }

    @Override
    public void passOver(Source source) {
      FragmentProvider.Search begun;
      synchronized (this) {
        begun = search;
      }
      if (begun != null) {
        begun.passOver(source);
      }
    }

    @Override
    public void cancel() {
      FragmentProvider.Search begun;
      synchronized (this) {
        isCancelled = true;
        begun = search;
      }
      if (begun != null) {
        begun.cancel();
      }
    }
  }

  /** Begins to look with all providers; {@code onNews} is run in turn when there is something. */
  void look(FragmentWanted wanted, Executor turns, Runnable onNews) {
    for (FragmentProvider provider : parts.providers()) {
      Looking looking = new Looking(turns, onNews);
      lookings.add(looking);
      try {
        looking.begun(provider.locate(wanted, AT_ONCE, looking));
      } catch (RuntimeException e) {
        EngineLog.notLocated(wanted.name(), e);
        looking.onDone();
      }
    }
  }

  boolean isLooking() {
    return lookings.stream().anyMatch(looking -> !looking.isDone);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Whether enough is known to choose: all providers have told something, or one did a while ago.
   */
  boolean isSettled() {
    isSettled = isSettled || lookings.stream().allMatch(looking -> looking.hasTold);
    return isSettled;
  }

  /** Waits no longer for better offers. */
  void settle() {
    isSettled = true;
  }

  /**
   * How long to wait for better offers, if that wait is to begin now: it does with the first offer,
   * and is shortened by the first of the delivery network.
   */
  Optional<Duration> settlesWithin() {
    if (found.isEmpty() || isSettled()) {
      return Optional.empty();
    }
    boolean isNear = found.stream().anyMatch(each -> !each.source().kind().isOrigin());
    if (isSettlingNear || (isSettling && !isNear)) {
      return Optional.empty();
    }
    isSettling = true;
    isSettlingNear = isNear;
    Duration usual = parts.settings().settle();
    Duration alone = parts.settings().staging().originAfter();
    return Optional.of(isNear || alone.compareTo(usual) < 0 ? usual : alone);
  }

  /** The quickest source known of the storage network; empty if none is. */
  Optional<Source> origin(long bytes) {
    return found.stream()
        .map(Candidate::source)
        .filter(source -> source.kind().isOrigin())
        .min(Comparator.comparing(source -> parts.scores().expected(source, bytes)));
  }

  /**
   * The one to ask first.
   *
   * @param isLastResort whether those that failed before, or lied some time ago, are good enough
   */
  Optional<Candidate> best(long bytes, boolean isLastResort) {
    long now = parts.now();
    Map<Source, Candidate> due = new LinkedHashMap<>();
    for (Candidate each : found) {
      if (each.isLeft(isLastResort) && each.isDue(now)) {
        due.putIfAbsent(each.source(), each);
      }
    }
    Optional<Candidate> best =
        parts.ranking().first(due.keySet(), bytes).flatMap(it -> Optional.ofNullable(due.get(it)));
    return best.isEmpty() && isLastResort ? due.values().stream().findFirst() : best;
  }

  /**
   * Whether one might be asked later, though none can be now: one that is due and still is not the
   * {@linkplain #best best} has lied, and waiting for it would be in vain.
   */
  boolean mayHelpLater(boolean isLastResort) {
    long now = parts.now();
    return isLooking()
        || found.stream().anyMatch(each -> each.isLeft(isLastResort) && !each.isDue(now));
  }

  /** When the next one may be asked that may not now; empty if there is none. */
  Optional<Long> nextNanos(boolean isLastResort) {
    long now = parts.now();
    return found.stream()
        .filter(each -> each.isLeft(isLastResort) && !each.isDue(now))
        .map(Candidate::notBeforeNanos)
        .min((a, b) -> Long.signum(a - b));
  }

  /** Forgets who failed or had no time. */
  void startOver() {
    found.forEach(Candidate::startOver);
  }

  void cancel() {
    lookings.forEach(Looking::cancel);
  }
}
