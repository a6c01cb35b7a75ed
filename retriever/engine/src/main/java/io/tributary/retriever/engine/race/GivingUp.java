package io.tributary.retriever.engine.race;

import io.tributary.content.FileRecord;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import java.time.Duration;
import java.util.Optional;

/**
 * What is done when nobody is left to ask: those come into question who failed before or are not
 * trusted, then the chain is asked where the file lies now, then the readers are told. Confined to
 * its race.
 */
final class GivingUp {
  private static final Duration NO_SOURCE_RETRY = Duration.ofSeconds(15);
  private static final Duration ALL_LIED_RETRY = Duration.ofSeconds(60);

  private final Board board;
  private final Finding finding;
  private final Asking asking;
  private boolean isRefreshed;

  GivingUp(Board board, Finding finding, Asking asking) {
    this.board = board;
    this.finding = finding;
    this.asking = asking;
  }

  /** Forgets that the chain was asked. */
  void startOver() {
    isRefreshed = false;
  }

  /** Nobody is left to ask for some columns, and too few for the others. */
  void on(int unreachable) {
    if (finding.mayHelpLater()) {
      return;
    }
    if (!finding.isLastResort()) {
      finding.lowerStandards();
      board.again();
      return;
    }
    if (!isRefreshed) {
      isRefreshed = true;
      board.begin();
      var unused =
          board
              .parts()
              .book()
              .refresh(board.file())
              .whenComplete(
                  (found, failure) ->
                      board.inTurn(() -> onRefreshed(failure == null ? found : Optional.empty())));
      return;
    }
    if (board.isBusy()) {
      return;
    }
    board.fail(unreachable, why());
  }

  private RetrievalException why() {
    int segment = board.key().segment();
    int lies = asking.lies();
    return lies > 0
        ? new RetrievalException(
            RetrievalReason.ALL_SOURCES_LIED,
            "whoever had segment " + segment + " sent something else, " + lies + " times",
            ALL_LIED_RETRY)
        : new RetrievalException(
            RetrievalReason.NO_SOURCE,
            "too few of the sources of segment " + segment + " can be reached",
            NO_SOURCE_RETRY);
  }

  private void onRefreshed(Optional<FileRecord> found) {
    board.end();
    if (board.isLanded()) {
      return;
    }
    found.ifPresent(finding::lookAnew);
    board.advance();
  }
}
