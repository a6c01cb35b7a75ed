package io.tributary.retriever.engine.race;

import io.tributary.content.FileRecord;
import io.tributary.fetch.Source;
import io.tributary.retriever.engine.source.FragmentWanted;
import io.tributary.retriever.engine.trace.Trace.Phase;
import java.time.Duration;
import java.util.Optional;

/**
 * Who may be asked for each column: begins to look when a column comes into question, and says who
 * is best. Confined to its race.
 */
final class Finding {

  /** How long one waits for the first offer before others are looked for. */
  private static final Duration LOCATE_FOR = Duration.ofSeconds(2);

  private final Board board;
  private boolean isLastResort;

  Finding(Board board) {
    this.board = board;
  }

  /** Whether a choice is to wait, since better offers for a column may come in a moment. */
  boolean isPending(Column column) {
    Candidates candidates = candidates(column);
    return !candidates.isSettled() && !(candidates.isEmpty() && column.isLocatedTimed);
  }

  /** The source of a column to ask first now. */
  Optional<Candidate> best(Column column) {
    return candidates(column).best(board.key().length(), isLastResort);
  }

  /** The source of a column to ask besides another. */
  Optional<Candidate> twin(Column column) {
    return candidates(column).best(board.key().length(), false);
  }

  /** The quickest source known of a column that belongs to the storage network. */
  Optional<Source> origin(Column column) {
    Candidates known = column.candidates;
    return known == null ? Optional.empty() : known.origin(board.key().length());
  }

  /** Looks again when somebody may be asked for a column who may not be now. */
  void comeBack(Column column) {
    candidates(column)
        .nextNanos(isLastResort)
        .ifPresent(
            nanos ->
                board.after(
                    Duration.ofNanos(Math.max(1, nanos - board.now())), () -> board.advance()));
  }

  /** Whether somebody may be asked later for what is not here; if so it is looked again then. */
  boolean mayHelpLater() {
    boolean mayHelpLater = false;
    for (Column column : board.columns()) {
      Candidates candidates = column.candidates;
      if (candidates != null && !column.isPresent() && candidates.mayHelpLater(isLastResort)) {
        mayHelpLater = true;
        comeBack(column);
      }
    }
    return mayHelpLater;
  }

  /** Whether those are asked too who failed before or are not trusted. */
  boolean isLastResort() {
    return isLastResort;
  }

  /** From now on those are asked too who failed before or are not trusted. */
  void lowerStandards() {
    isLastResort = true;
  }

  /** Holds nothing against anybody who only failed. */
  void startOver() {
    isLastResort = false;
    for (Column column : board.columns()) {
      if (column.candidates != null) {
        column.candidates.startOver();
      }
    }
  }

  /** Begins anew with where the file lies now, but for columns that somebody is asked for. */
  void lookAnew(FileRecord now) {
    board.lies(now);
    isLastResort = false;
    for (Column column : board.columns()) {
      if (column.candidates != null && column.running.isEmpty()) {
        column.candidates.cancel();
        column.candidates = null;
        column.isLocatedTimed = false;
      }
    }
  }

  /** Looks no further. */
  void cancel() {
    for (Column column : board.columns()) {
      if (column.candidates != null) {
        column.candidates.cancel();
      }
    }
  }

  private Candidates candidates(Column column) {
    Candidates known = column.candidates;
    if (known != null) {
      return known;
    }
    Candidates made = new Candidates(board.parts(), !board.key().isWhole());
    column.candidates = made;
    board.after(
        LOCATE_FOR,
        () -> {
          column.isLocatedTimed = true;
          board.advance();
        });
    made.look(
        new FragmentWanted(board.file(), board.key().segment(), column.index),
        board.turns(),
        () -> onNews(column, made));
    return made;
  }

  private void onNews(Column column, Candidates news) {
    if (board.isLanded() || column.candidates != news) {
      return;
    }
    if (!news.isEmpty()) {
      board.reached(Phase.LOCATED, board.now());
    }
    news.settlesWithin()
        .ifPresent(
            wait ->
                board.after(
                    wait,
                    () -> {
                      news.settle();
                      board.advance();
                    }));
    board.advance();
  }
}
