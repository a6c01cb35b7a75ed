package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.retriever.engine.EngineLog;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The fetch of what is wanted of one segment: whole columns, or one stretch of each.
 *
 * <p>Thread-safe: whatever happens to it is a turn, and turns are taken one after the other.
 */
public final class Race {

  /*
   * How a race is run
   * =================
   *
   * Twelve columns, of which readers want some. After each event advance() looks at all of it:
   *
   *   1. What is here is given to who waits for it.
   *   2. If anything is missing and four columns are here, what is missing is decoded.
   *   3. Each missing column is asked for at the source that costs least (see Ranking). If a source
   *      fails, the next is asked.
   *   4. If nobody can be asked for a column now, as many others are as make four. That is what the
   *      column costs; it does not count as extra.
   *   5. If all who were asked for a column are late, by what each of them showed before, help is
   *      asked for: another source of the column, or others that make four. Of the two the one that
   *      brings fewer bytes nobody wants. That counts as extra and needs the budget's consent, since
   *      one of the two will be of no use. Who was late the last time is late at once (see Doubts).
   *   6. If a column can neither be fetched nor decoded, those come into question who failed before
   *      or are not trusted, and the chain is asked where it lies now. Then its readers are told.
   *
   * The first four good ones win: the moment a column is here or decoded, whoever is still asked in
   * vain is cancelled. One who was late when that happened is held to have failed, or else a source
   * that answers nothing would keep the good name it had before.
   *
   * Late is not a matter of the end alone. A source is late as soon as it has sent less than it would
   * have by its own p95; so one that stalls is noticed after its usual time to the first byte.
   *
   * A stretch of a column is verified by the column's chunk tree. If it is decoded from the same
   * stretch of others, their trees need not be known: what comes out is verified, and then what went
   * in was right. If it is wrong, nobody can be blamed, and all that went in unverified is dropped.
   */

  /**
   * What is raced for.
   *
   * @param fid the file
   * @param segment the segment
   * @param offset the first byte of each column
   * @param length how many
   */
  public record Key(Fid fid, int segment, int offset, int length) {
    /** Whole columns of a segment. */
    public static Key whole(Fid fid, int segment) {
      return new Key(fid, segment, 0, Layout.FRAGMENT_BYTES);
    }

    /** Whether it is for whole columns. */
    public boolean isWhole() {
      return length == Layout.FRAGMENT_BYTES;
    }
  }

  private final Turns turns;
  private final Board board;
  private final Here here;
  private final Finding finding;
  private final RaceMemory memory;
  private final ExtraAllowance extra;
  private final Asking asking;
  private final Helping helping;
  private final Decoding decoding;
  private final BiConsumer<Race, Optional<RetrievalException>> onLanded;

  /**
   * A race that nobody waits for yet.
   *
   * @param onLanded told once, in its last turn, when nobody waits any more, and why it failed if
   *     it did
   */
  Race(
      RaceParts parts,
      Key key,
      FileRecord file,
      BiConsumer<Race, Optional<RetrievalException>> onLanded) {
    this.onLanded = onLanded;
    this.turns = new Turns(parts.runtime().computing(), this::onDefect);
    this.board = new Board(parts, key, file, turns, this::step);
    this.here = new Here(board);
    this.finding = new Finding(board);
    this.memory = new RaceMemory(board);
    this.extra = new ExtraAllowance(board);
    Verification verification = new Verification(key, parts.trees());
    Aftercare aftercare = new Aftercare(board);
    this.asking = new Asking(board, finding, memory, extra, verification, aftercare);
    this.helping =
        new Helping(
            board, here, finding, memory, extra, asking, new GivingUp(board, finding, asking));
    this.decoding = new Decoding(board, memory, asking, verification, aftercare);
  }

  Key key() {
    return board.key();
  }

  // What readers say

  /**
   * Waits for a column.
   *
   * @param soon what this reader will want next
   * @param ifLanded run if the race is over, so that another has to be begun
   */
  void want(int column, Expectation soon, Waiter waiter, Runnable ifLanded) {
    turns.execute(
        () -> {
          if (board.isLanded()) {
            ifLanded.run();
            return;
          }
          if (!canVerify(board.column(column))) {
            waiter.onFailure(
                new RetrievalException(
                    RetrievalReason.NO_SOURCE, "a part of what was never seen whole"));
            board.advance();
            return;
          }
          board.waits(board.column(column), waiter, soon);
          if (asking.tell(waiter.trace())) {
            board.parts().metrics().joined();
          }
          board.advance();
        });
  }

  /** Whether it can be verified what comes of a column; a stretch needs the column's tree. */
  private boolean canVerify(Column column) {
    if (!key().isWhole() && column.tree == null) {
      column.tree = board.parts().trees().find(column.name.hash()).orElse(null);
    }
    return key().isWhole() || column.tree != null;
  }

  /** Waits no longer. */
  void leave(int column, Waiter waiter) {
    turns.execute(
        () -> {
          if (!board.isLanded()) {
            board.column(column).waiters.remove(waiter);
            board.advance();
          }
        });
  }

  /** Looks again at what readers expect. */
  void look() {
    turns.execute(
        () -> {
          if (!board.isLanded()) {
            board.advance();
          }
        });
  }

  /** Ends it: nobody gets anything more. */
  void stop(RetrievalException why) {
    turns.execute(
        () -> {
          if (!board.isLanded()) {
            board.failAll(why);
            board.advance();
          }
        });
  }

  private void onDefect(RuntimeException defect) {
    EngineLog.raceFailed(key().segment(), key().fid(), defect);
    try {
      board.failAll(new RetrievalException(RetrievalReason.DEFECT, defect.toString()));
      land();
    } catch (RuntimeException e) {
      EngineLog.raceNotEnded(e);
    }
  }

  // What to do next

  private void step() {
    board.lookAhead();
    for (Column column : board.columns()) {
      if (!column.waiters.isEmpty()) {
        here.look(column);
        deliver(column);
      }
    }
    if (decoding.isRunning()) {
      return;
    }
    int missing = board.mask(Column::isMissing);
    if (missing == 0) {
      if (board.mask(Column::isWanted) == 0) {
        startOver();
      }
      asking.cancelAll(true);
      releaseAll();
      landIfIdle();
      return;
    }
    if (board.canDecode()) {
      // To decode costs less than to fetch: what is wanted next comes along.
      decoding.begin(
          board.mask(column -> !column.isPresent() && (column.isMissing() || column.isSoon)));
      return;
    }
    int unreachable = askForMissing();
    if (unreachable != 0) {
      helping.replace(missing, unreachable);
    } else {
      int late = board.mask(column -> column.isMissing() && column.isLate());
      if (late != 0) {
        helping.hedge(missing, late);
      }
    }
    helping.decideSpare();
    if (unreachable == 0 && !extra.isInUse()) {
      asking.cancelUnwanted();
    }
    boolean isMemoryAwaited =
        board.mask(column -> column.isMissing() && column.memory != null) != 0;
    if (isMemoryAwaited && unreachable == 0 && !memory.isDecodingAwaited()) {
      // Who waits for memory must not hold what another may be waiting for.
      releaseAll();
    }
  }

  private void deliver(Column column) {
    ByteBuf bytes = column.present;
    if (bytes == null || column.unjudged != null) {
      return;
    }
    for (Waiter waiter : List.copyOf(column.waiters)) {
      column.waiters.remove(waiter);
      waiter.trace().reached(Phase.FIRST_VERIFIED, board.now());
      waiter.onBytes(bytes.retainedDuplicate(), column.from);
    }
  }

  /** Asks for each missing column that nobody is asked for; returns those for which none can be. */
  private int askForMissing() {
    int unreachable = 0;
    for (Column column : board.columns()) {
      if (column.isMissing() && column.running.isEmpty() && !ask(column)) {
        unreachable |= 1 << column.index;
      }
    }
    return unreachable;
  }

  /** Asks for a column. Returns whether it is being asked for, or will be soon. */
  private boolean ask(Column column) {
    if (finding.isPending(column) || memory.isAwaited(column)) {
      return true;
    }
    Optional<Candidate> best = finding.best(column);
    if (best.isEmpty()) {
      memory.giveBack(column);
      finding.comeBack(column);
      return false;
    }
    if (!memory.isThere(column)) {
      return true;
    }
    Optional<ByteBuf> buffer = memory.take(column);
    if (buffer.isEmpty()) {
      return false;
    }
    Role role = column.asks == 0 ? Role.NEEDED : Role.REPLACEMENT;
    asking.start(column, best.get(), role, buffer.get());
    return true;
  }

  // The end

  /**
   * Lets whoever joins find the race as if it began then: what failed for others may not fail for
   * them, and how often they asked does not count.
   */
  private void startOver() {
    for (Column column : board.columns()) {
      column.asks = 0;
    }
    finding.startOver();
    helping.startOver();
  }

  /** Lets go of all but what is being cached, or will be wanted next and is not cached. */
  private void releaseAll() {
    for (Column column : board.columns()) {
      boolean isOfUse = column.isKept || (column.isSoon && !column.isCached);
      if (board.isLanded() || !isOfUse) {
        column.release();
      }
    }
    memory.closeDecoding();
  }

  private void landIfIdle() {
    if (board.mask(column -> !column.running.isEmpty()) != 0) {
      return;
    }
    extra.settle();
    if (!board.isBusy() && board.count(Column::isPresent) == 0) {
      land();
    }
  }

  private void land() {
    if (board.isLanded()) {
      return;
    }
    board.landed();
    asking.cancelAll(false);
    releaseAll();
    extra.settle();
    finding.cancel();
    onLanded.accept(this, board.lastFailure());
  }
}
