package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Layout;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whom to ask besides: other columns in place of one that cannot be asked for, a hedge against
 * those who are late, a spare where one will likely fail. Confined to its race.
 */
final class Helping {

  /** From this expected number of failing sources on, a spare is asked for. */
  private static final double SPARE_FROM = 0.5;

  /** How likely one of whom nothing is known fails, when another of those was late. */
  private static final double STRANGERS_FAILURE = 0.2;

  /** How soon one of whom nothing is known may be given up who is late: help comes sooner. */
  private static final Duration STRANGERS_TIME = Duration.ofMillis(1200);

  private final Board board;
  private final Here here;
  private final Finding finding;
  private final RaceMemory memory;
  private final ExtraAllowance extra;
  private final Asking asking;
  private final GivingUp givingUp;
  private boolean isSpareDecided;

  /** Whether somebody of whom nothing was known was late: then others may be so too. */
  private boolean areStrangersDoubted;

  Helping(
      Board board,
      Here here,
      Finding finding,
      RaceMemory memory,
      ExtraAllowance extra,
      Asking asking,
      GivingUp givingUp) {
    this.board = board;
    this.here = here;
    this.finding = finding;
    this.memory = memory;
    this.extra = extra;
    this.asking = asking;
    this.givingUp = givingUp;
  }

  /** Decides anew for whoever comes next. */
  void startOver() {
    isSpareDecided = false;
    areStrangersDoubted = false;
    givingUp.startOver();
  }

  /** Columns that might help, the cheapest first. */
  private record Helpers(List<Column> columns, boolean isPending) {}

  private Helpers helpers() {
    record Ranked(Column column, boolean isDoubted, Duration cost) {}

    boolean isPending = false;
    List<Ranked> ranked = new ArrayList<>();
    for (Column column : board.columns()) {
      if (column.isPresent() || !column.running.isEmpty()) {
        continue;
      }
      if (finding.isPending(column)) {
        isPending = true;
        continue;
      }
      Optional<Candidate> best = finding.best(column);
      if (best.isPresent()) {
        Duration cost = board.parts().ranking().cost(best.get().source(), board.key().length());
        // What readers want next is no loss, whoever wins.
        ranked.add(
            new Ranked(
                column,
                board.parts().doubts().has(best.get().source()),
                column.isSoon ? cost.dividedBy(2) : cost));
      }
    }
    ranked.sort(Comparator.comparing(Ranked::isDoubted).thenComparing(Ranked::cost));
    return new Helpers(ranked.stream().map(Ranked::column).toList(), isPending);
  }

  /** How many more have to come to make four. */
  private int need() {
    return Layout.DATA_COLUMNS - board.count(column -> column.isPresent() || column.isComing());
  }

  /** Fetches as many others as make four, since some columns cannot be asked for now. */
  void replace(int missing, int unreachable) {
    if (here.isEnoughToDecode()) {
      board.again();
      return;
    }
    int need = need();
    if (need <= 0) {
      return;
    }
    Helpers helpers = helpers();
    if (helpers.isPending) {
      return;
    }
    // In place of those who are late others are asked as the budget of extra bytes allows.
    int free =
        Layout.DATA_COLUMNS
            - board.count(column -> column.isPresent() || !column.running.isEmpty());
    int asked = 0;
    for (Column column : helpers.columns) {
      if (asked == need) {
        return;
      }
      boolean isExtra = asked >= free;
      if (isExtra && !extra.tryTake(1)) {
        Optional<Column> silent = silentStranger();
        if (silent.isEmpty() || finding.isLastResort()) {
          return;
        }
        // In its place, which costs nothing.
        List.copyOf(silent.get().running).forEach(asking::giveUp);
        isExtra = false;
      }
      Optional<ByteBuf> buffer = decodeBuffer(need - asked, missing);
      if (buffer.isPresent()
          && asking.startBest(column, isExtra ? Role.HEDGE : Role.REPLACEMENT, buffer.get())) {
        asked++;
      } else if (isExtra) {
        extra.giveBack(1);
      }
      if (buffer.isEmpty()) {
        return;
      }
    }
    if (asked < need && board.count(column -> !column.running.isEmpty()) == 0) {
      givingUp.on(unreachable);
    }
  }

  /** Room for one of the columns to decode from; takes all that is needed for that at first. */
  private Optional<ByteBuf> decodeBuffer(int inputs, int missing) {
    return memory.hasRoomToDecode(inputs + Integer.bitCount(missing))
        ? memory.decodeBuffer()
        : Optional.empty();
  }

  /** Asks for help where all who are asked are late, if the budget of extra bytes allows. */
  void hedge(int missing, int late) {
    if (!areStrangersDoubted && isAnyStranger(late)) {
      areStrangersDoubted = true;
      isSpareDecided = false;
    }
    if (here.isEnoughToDecode()) {
      board.again();
      return;
    }
    Helpers helpers = helpers();
    if (helpers.isPending) {
      return;
    }
    int need = need();
    if (need <= 0) {
      return;
    }
    List<Column> others = helpers.columns.subList(0, Math.min(need, helpers.columns.size()));
    long unwanted = unwanted(others);
    boolean canDecode = others.size() == need;
    int twins = countTwins(late);
    if (canDecode && (unwanted == 0 || twins < Integer.bitCount(late) || unwanted <= twins)) {
      hedgeByOthers(others, unwanted, missing, late);
    } else {
      hedgeByTwins(late);
    }
  }

  private boolean isAnyStranger(int columns) {
    return board.columns().stream()
        .filter(column -> (columns >> column.index & 1) != 0)
        .flatMap(column -> column.running.stream())
        .anyMatch(this::isStranger);
  }

  private boolean isStranger(Attempt attempt) {
    return board.parts().scores().isGuess(attempt.source());
  }

  /**
   * How many columns would be fetched that no reader wants. Who decodes gets all that readers want
   * next besides, so it does not matter which of them are fetched and which are made.
   */
  private long unwanted(List<Column> others) {
    int fetched = board.count(column -> !column.running.isEmpty()) + others.size();
    return Math.max(0, fetched - board.count(column -> column.isWanted() && !column.isPresent()));
  }

  /** For how many late columns there is another source. */
  private int countTwins(int late) {
    return board.count(
        column -> (late >> column.index & 1) != 0 && finding.twin(column).isPresent());
  }

  private void hedgeByOthers(List<Column> others, long unwanted, int missing, int late) {
    if (!extra.tryTake(unwanted)) {
      giveUp(late, unwanted);
      return;
    }
    int asked = 0;
    for (Column column : others) {
      Optional<ByteBuf> buffer = decodeBuffer(others.size() - asked, missing);
      if (buffer.isEmpty()) {
        extra.giveBack(unwanted);
        return;
      }
      if (asking.startBest(column, column.isSoon ? Role.NEEDED : Role.HEDGE, buffer.get())) {
        asked++;
      }
    }
  }

  private void hedgeByTwins(int late) {
    for (Column column : board.columns()) {
      Optional<Candidate> twin =
          (late >> column.index & 1) == 0 ? Optional.empty() : finding.twin(column);
      if (twin.isEmpty()) {
        continue;
      }
      if (!extra.tryTake(1)) {
        swap(column);
        continue;
      }
      Optional<ByteBuf> buffer = memory.tryTake();
      if (buffer.isEmpty()) {
        extra.giveBack(1);
        continue;
      }
      asking.start(column, twin.get(), Role.HEDGE, buffer.get());
    }
  }

  /** Gives up sources of a column that have sent nothing yet for others of it, at no cost. */
  private void swap(Column column) {
    if (finding.isLastResort()) {
      return;
    }
    for (Attempt attempt : List.copyOf(column.running)) {
      if (isSilent(attempt)) {
        asking.giveUp(attempt);
      }
    }
    if (column.running.isEmpty()) {
      board.again();
    }
  }

  /** Gives up one who was asked to help and is late, too; another is asked in its place. */
  private void giveUpStranger() {
    silentStranger()
        .ifPresent(
            column -> {
              List.copyOf(column.running).forEach(asking::giveUp);
              board.again();
            });
  }

  /** A column for which one is asked, in vain so far, of whom nothing is known. */
  private Optional<Column> silentStranger() {
    return board.columns().stream()
        .filter(Column::isLate)
        .filter(column -> column.running.stream().allMatch(this::isStranger))
        .filter(column -> column.running.stream().allMatch(this::isSilent))
        .findFirst();
  }

  /** Whether one who is late has sent nothing; who is not known is given time to. */
  private boolean isSilent(Attempt attempt) {
    boolean isInTime =
        isStranger(attempt) && board.now() - attempt.beganNanos < STRANGERS_TIME.toNanos();
    return attempt.log.receivedBytes() == 0 && !isInTime;
  }

  /**
   * Gives up columns whose sources have sent nothing yet for what is fetched to decode them: that
   * needs the budget's consent only for what are more bytes than theirs.
   */
  private void giveUp(int late, long unwanted) {
    // Who is asked as a last resort is waited for, or else nobody would be left in the end.
    if (finding.isLastResort()) {
      return;
    }
    List<Column> silent =
        board.columns().stream()
            .filter(column -> (late >> column.index & 1) != 0)
            .filter(column -> column.running.stream().allMatch(this::isSilent))
            .limit(unwanted)
            .toList();
    long more = unwanted - silent.size();
    if (silent.isEmpty() || !extra.tryTake(more)) {
      giveUpStranger();
      return;
    }
    for (Column column : silent) {
      List.copyOf(column.running).forEach(asking::giveUp);
    }
    board.again();
  }

  /** Asks for one more than needed where it is likely that one of the sources will fail. */
  void decideSpare() {
    int most = board.parts().settings().maxSpares();
    if (isSpareDecided
        || most == 0
        || board.count(column -> !column.running.isEmpty()) < Layout.DATA_COLUMNS - 1) {
      return;
    }
    isSpareDecided = true;
    double expectedFailures = 0;
    for (Column column : board.columns()) {
      for (Attempt attempt : column.running) {
        expectedFailures +=
            areStrangersDoubted && isStranger(attempt)
                ? STRANGERS_FAILURE
                : board.parts().scores().standing(attempt.source()).failureShare();
      }
    }
    long spares = Math.min(most, Math.round(expectedFailures));
    if (expectedFailures < SPARE_FROM || spares == 0) {
      return;
    }
    Helpers helpers = helpers();
    for (Column column : helpers.columns) {
      if (spares == 0 || helpers.isPending || column.isMissing() || !extra.tryTakeOne()) {
        break;
      }
      Optional<ByteBuf> buffer = memory.tryTake();
      if (buffer.isEmpty()) {
        extra.giveBack(1);
        break;
      }
      asking.startBest(column, Role.SPARE, buffer.get());
      spares--;
    }
  }
}
