package io.tributary.retriever.engine.race;

import io.tributary.fetch.budget.ExtraBytes;

/**
 * The bytes that one race may fetch for nothing: taken from the engine's budget before somebody is
 * asked besides, and given back as far as nothing was wasted. Confined to its race.
 */
final class ExtraAllowance {
  private final Board board;
  private long reservedBytes;
  private long wastedBytes;
  private boolean isDenied;

  ExtraAllowance(Board board) {
    this.board = board;
  }

  private ExtraBytes budget() {
    return board.parts().extra();
  }

  /** Takes the bytes of some columns; if they are refused the race looks again in a while. */
  boolean tryTake(long columns) {
    long bytes = columns * board.key().length();
    if (bytes > 0 && !budget().tryTake(bytes)) {
      if (!isDenied) {
        isDenied = true;
        board.parts().metrics().hedgeDenied();
        board.after(
            board.parts().settings().leastLateness(),
            () -> {
              isDenied = false;
              board.advance();
            });
      }
      return false;
    }
    reservedBytes += bytes;
    return true;
  }

  /** Takes the bytes of one column, or does without. */
  boolean tryTakeOne() {
    if (!budget().tryTake(board.key().length())) {
      board.parts().metrics().hedgeDenied();
      return false;
    }
    reservedBytes += board.key().length();
    return true;
  }

  /** Gives back the bytes of some columns for which nobody was asked in the end. */
  void giveBack(long columns) {
    long bytes = columns * board.key().length();
    reservedBytes -= bytes;
    budget().giveBack(bytes);
  }

  /** Notes bytes that came for nothing. */
  void wasted(long bytes) {
    wastedBytes += bytes;
  }

  /** Whether somebody was asked besides since it was last settled. */
  boolean isInUse() {
    return reservedBytes > 0;
  }

  /** Gives back what was not wasted; whoever was asked has answered or was cancelled. */
  void settle() {
    long extra = Math.min(wastedBytes, reservedBytes);
    if (reservedBytes > extra) {
      budget().giveBack(reservedBytes - extra);
    }
    if (extra > 0) {
      board.parts().metrics().extra(extra);
      board.first().ifPresent(trace -> trace.extra(extra));
    }
    reservedBytes = 0;
    wastedBytes = 0;
  }
}
