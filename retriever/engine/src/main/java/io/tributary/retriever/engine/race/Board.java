package io.tributary.retriever.engine.race;

import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.source.FragmentWanted;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.TraceLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The twelve columns of a race, who waits for them, and the turns in which they change.
 *
 * <p>Confined to its race: all but {@link #inTurn} and {@link #compute} is called in a turn.
 */
final class Board {

  /** A question about a column. */
  interface Test {
    boolean holds(Column column);
  }

  private final RaceParts parts;
  private final Race.Key key;
  private final Turns turns;
  private final Runnable step;
  private final List<Column> columns;
  private final Set<Expectation> expectations = new LinkedHashSet<>();
  private FileRecord file;
  private boolean isLanded;
  private boolean isAdvancing;
  private boolean mustAdvance;
  private int busyWith;
  private Optional<TraceLog> first = Optional.empty();
  private Optional<RetrievalException> lastFailure = Optional.empty();

  /**
   * Columns that nobody waits for.
   *
   * @param turns in which everything happens
   * @param step does what is to be done now
   */
  Board(RaceParts parts, Race.Key key, FileRecord file, Turns turns, Runnable step) {
    this.parts = parts;
    this.key = key;
    this.file = file;
    this.turns = turns;
    this.step = step;
    List<Column> made = new ArrayList<>();
    for (int i = 0; i < Layout.COLUMNS; i++) {
      made.add(new Column(i, new FragmentWanted(file, key.segment(), i).name()));
    }
    this.columns = List.copyOf(made);
  }

  RaceParts parts() {
    return parts;
  }

  Race.Key key() {
    return key;
  }

  FileRecord file() {
    return file;
  }

  /** The same file, which lies elsewhere now. */
  void lies(FileRecord now) {
    file = now;
  }

  // Turns and time

  /** Has a task run in a turn of its own, whether the race is over by then or not. */
  void inTurn(Runnable task) {
    turns.execute(task);
  }

  Turns turns() {
    return turns;
  }

  long now() {
    return parts.now();
  }

  /** Has a task run outside of the race's turns, since it takes milliseconds. */
  void compute(Runnable task) {
    try {
      parts.runtime().computing().execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  /** Has a task run in turn after a while; null if the program is stopping. */
  @Nullable Future<?> schedule(Duration delay, Runnable task) {
    try {
      return parts
          .runtime()
          .timers()
          .schedule(() -> turns.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The program is stopping; the engine's close ends whoever waits.
      return null;
    }
  }

  /** Has a task run in turn after a while, unless the race is over by then. */
  void after(Duration delay, Runnable task) {
    var unused =
        schedule(
            delay,
            () -> {
              if (!isLanded) {
                task.run();
              }
            });
  }

  /** Does whatever is to be done now; asked for again meanwhile, it starts over. */
  void advance() {
    mustAdvance = true;
    if (isAdvancing) {
      return;
    }
    isAdvancing = true;
    while (mustAdvance && !isLanded) {
      mustAdvance = false;
      step.run();
    }
    isAdvancing = false;
  }

  /** Has a step be followed by another, without beginning one. */
  void again() {
    mustAdvance = true;
  }

  /** Something goes on that the race must not end before. */
  void begin() {
    busyWith++;
  }

  /** It has ended. */
  void end() {
    busyWith--;
  }

  boolean isBusy() {
    return busyWith > 0;
  }

  boolean isLanded() {
    return isLanded;
  }

  void landed() {
    isLanded = true;
  }

  // Columns

  List<Column> columns() {
    return columns;
  }

  Column column(int index) {
    return columns.get(index);
  }

  /** The columns of which something holds, as the bits of a {@link Columns}. */
  int mask(Test test) {
    int mask = 0;
    for (Column column : columns) {
      if (test.holds(column)) {
        mask |= 1 << column.index;
      }
    }
    return mask;
  }

  int count(Test test) {
    return Integer.bitCount(mask(test));
  }

  /** Whether four are here, so that the others can be decoded. */
  boolean canDecode() {
    return count(Column::isPresent) >= Layout.DATA_COLUMNS;
  }

  // Readers

  /** Notes a reader's waiting. */
  void waits(Column column, Waiter waiter, Expectation soon) {
    first = first.or(() -> Optional.of(waiter.trace()));
    column.isLookedFor = false;
    column.waiters.add(waiter);
    soon.without(column.index);
    expectations.add(soon);
  }

  /** Notes which columns readers will want next, as it is now. */
  void lookAhead() {
    int all = 0;
    for (Iterator<Expectation> each = expectations.iterator(); each.hasNext(); ) {
      int mask = each.next().columns().mask();
      if (mask == 0) {
        each.remove();
      }
      all |= mask;
    }
    for (Column column : columns) {
      column.isSoon = (all >> column.index & 1) != 0;
    }
  }

  /** Tells those who wait for some columns that they are not to be had. */
  void fail(int which, RetrievalException why) {
    for (Column column : columns) {
      if ((which >> column.index & 1) == 0) {
        continue;
      }
      for (Waiter waiter : List.copyOf(column.waiters)) {
        lastFailure = Optional.of(why);
        column.waiters.remove(waiter);
        waiter.onFailure(why);
      }
    }
    again();
  }

  /** Tells all who wait that nothing is to be had. */
  void failAll(RetrievalException why) {
    fail((1 << Layout.COLUMNS) - 1, why);
  }

  Optional<RetrievalException> lastFailure() {
    return lastFailure;
  }

  /** The read that the race was begun for. */
  Optional<TraceLog> first() {
    return first;
  }

  Set<TraceLog> traces() {
    Set<TraceLog> traces = new LinkedHashSet<>();
    for (Column column : columns) {
      column.waiters.forEach(waiter -> traces.add(waiter.trace()));
    }
    return traces;
  }

  void reached(Phase phase, long nanos) {
    traces().forEach(trace -> trace.reached(phase, nanos));
  }
}
