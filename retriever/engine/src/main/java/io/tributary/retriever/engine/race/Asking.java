package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.Permit;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.retriever.engine.EngineLog;
import io.tributary.retriever.engine.race.Verification.Verdict;
import io.tributary.retriever.engine.source.FragmentOffer.Fetched;
import io.tributary.retriever.engine.source.FragmentOffer.Judgement;
import io.tributary.retriever.engine.source.SourceException;
import io.tributary.retriever.engine.source.SourceException.Kind;
import io.tributary.retriever.engine.trace.AskLog;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.Trace.Role;
import io.tributary.retriever.engine.trace.TraceLog;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The questions of one race to sources, from the asking to what is thought of the source for its
 * answer. Confined to its race, but for the verification of answers.
 */
final class Asking {
  /** How long one is left alone who has no time and does not say for how long. */
  private static final Duration BUSY_FOR = Duration.ofMillis(200);

  /** How soon one looks again for a place at a source. */
  private static final Duration CROWDED_FOR = Duration.ofMillis(50);

  /** The longest that one who has no time is waited for. */
  private static final Duration BUSY_AT_MOST = Duration.ofSeconds(10);

  private final Board board;
  private final Finding finding;
  private final RaceMemory memory;
  private final ExtraAllowance extra;
  private final Verification verification;
  private final Aftercare aftercare;
  private final Lateness lateness;
  private final Set<AskLog> asks = new LinkedHashSet<>();
  private int lies;
  private int fetched;

  Asking(
      Board board,
      Finding finding,
      RaceMemory memory,
      ExtraAllowance extra,
      Verification verification,
      Aftercare aftercare) {
    this.board = board;
    this.finding = finding;
    this.memory = memory;
    this.extra = extra;
    this.verification = verification;
    this.aftercare = aftercare;
    this.lateness = new Lateness(board, finding, this::onGone);
  }

  /** How often it was said that somebody sent wrong bytes. */
  int lies() {
    return lies;
  }

  /** Tells a read that has just joined of all who were asked. Returns whether anybody was. */
  boolean tell(TraceLog trace) {
    asks.forEach(trace::asked);
    return !asks.isEmpty();
  }

  // Asking

  /** Asks the best source of a column. Returns whether somebody is asked for it now. */
  boolean startBest(Column column, Role role, ByteBuf buffer) {
    var best = finding.best(column);
    if (best.isEmpty()) {
      buffer.release();
      return false;
    }
    start(column, best.get(), role, buffer);
    return !column.running.isEmpty();
  }

  /** Asks a source; if that cannot be now, the race's next step decides what else. */
  void start(Column column, Candidate candidate, Role role, ByteBuf buffer) {
    RaceParts parts = board.parts();
    // Circuits open when this machine is slow, too: not even all of them are a reason to give up.
    SourceGuards.Entry entry =
        finding.isLastResort()
            ? parts.guards().enterAsLastResort(candidate.source())
            : parts.guards().enter(candidate.source());
    if (!(entry instanceof SourceGuards.Entry.Admitted admitted)) {
      buffer.release();
      boolean isCrowded =
          entry instanceof SourceGuards.Entry.Refused refused
              && refused.reason() == SourceGuards.Refusal.TOO_MANY_AT_ONCE;
      if (isCrowded) {
        candidate.waitUntil(board.now() + CROWDED_FOR.toNanos());
      } else {
        candidate.failed();
      }
      board.again();
      return;
    }
    if (column.asks >= parts.settings().maxAsksPerFragment()) {
      admitted.permit().cancelled();
      buffer.release();
      candidate.useless();
      board.again();
      return;
    }
    run(column, candidate, role, buffer, admitted.permit());
  }

  private void run(Column column, Candidate candidate, Role role, ByteBuf buffer, Permit permit) {
    RaceParts parts = board.parts();
    Race.Key key = board.key();
    AskLog ask =
        new AskLog(
            candidate.source(),
            key.segment(),
            column.index,
            key.offset(),
            key.length(),
            role,
            board.now());
    Attempt attempt =
        new Attempt(
            column,
            candidate,
            role,
            permit,
            ask,
            buffer,
            key.length(),
            parts.doubts().has(candidate.source()),
            parts.runtime().nanoTime());
    candidate.asked();
    column.asks++;
    column.running.add(attempt);
    asks.add(ask);
    board.traces().forEach(trace -> trace.asked(ask));
    parts.fetches().incrementAndGet();
    parts.scores().onAsked(candidate.source());
    var unused =
        fetch(attempt)
            .whenComplete(
                (got, failure) -> {
                  if (failure != null) {
                    board.inTurn(() -> onFailed(attempt, explain(failure)));
                  } else {
                    board.compute(() -> check(attempt, got));
                  }
                });
    lateness.watch(attempt);
  }

  private CompletableFuture<Fetched> fetch(Attempt attempt) {
    Race.Key key = board.key();
    try {
      var fetching =
          attempt.candidate.offer.fetch(
              new ByteRange(key.offset(), key.length()),
              board.parts().settings().fetchWithin(),
              attempt);
      attempt.fetching = fetching;
      return fetching.result();
    } catch (RuntimeException e) {
      EngineLog.notAsked(attempt.source(), e);
      return CompletableFuture.failedFuture(new SourceException(Kind.FAILED, e.toString()));
    }
  }

  private static SourceException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof SourceException known
        ? known
        : new SourceException(Kind.FAILED, cause.toString());
  }

  // Answers

  /** Verifies what an attempt brought; takes milliseconds. */
  private void check(Attempt attempt, Fetched got) {
    if (!attempt.isComplete()) {
      board.inTurn(
          () -> {
            got.judge(Judgement.UNKNOWN);
            onFailed(
                attempt,
                new SourceException(
                    attempt.isTooLong() ? Kind.LIED : Kind.FAILED,
                    "it did not send " + board.key().length() + " bytes"));
          });
      return;
    }
    Verdict verdict = verification.of(attempt, got);
    board.inTurn(() -> onChecked(attempt, got, verdict));
  }

  private void onChecked(Attempt attempt, Fetched got, Verdict verdict) {
    Column column = attempt.column;
    if (!attempt.isRunning()) {
      got.judge(verdict == Verdict.RIGHT ? Judgement.RIGHT : Judgement.UNKNOWN);
      return;
    }
    if (verdict == Verdict.WRONG) {
      got.judge(Judgement.WRONG);
      onFailed(attempt, new SourceException(Kind.LIED, "the bytes have another hash"));
      return;
    }
    onDelivered(attempt);
    ByteBuf bytes = attempt.takeBuffer();
    attempt.drop();
    if (bytes == null) {
      return;
    }
    if (column.present != null) {
      bytes.release();
      got.judge(verdict == Verdict.RIGHT ? Judgement.RIGHT : Judgement.UNKNOWN);
      extra.wasted(board.key().length());
      board.advance();
      return;
    }
    board.parts().extra().onUseful(board.key().length());
    column.put(bytes, attempt.source().kind().name());
    if (verdict == Verdict.OPEN) {
      column.unjudged = got;
      column.unjudgedFrom = attempt.candidate;
    } else {
      got.judge(Judgement.RIGHT);
      aftercare.take(column);
    }
    for (Attempt loser : List.copyOf(column.running)) {
      cancel(loser, true);
    }
    board.advance();
  }

  private void onDelivered(Attempt attempt) {
    long now = board.now();
    end(attempt, Outcome.VERIFIED, "");
    attempt.permit.succeeded();
    board.parts().outage().onFetch(true);
    if (!attempt.isLate) {
      board.parts().doubts().onDelivered(attempt.source());
    }
    long firstByteNanos = attempt.log.firstByteNanos(now);
    Duration firstByte = Duration.ofNanos(firstByteNanos - attempt.beganNanos);
    SourceScores scores = board.parts().scores();
    if (attempt.isFilling()) {
      scores.onRelayed(attempt.source());
    } else {
      scores.onDelivered(
          attempt.source(),
          board.key().length(),
          firstByte,
          Duration.ofNanos(Math.max(now - attempt.beganNanos, firstByte.toNanos())));
    }
    fetched++;
    // Fetched again, it is for somebody else.
    attempt.column.asks = 0;
    attempt.candidate.delivered();
    board.reached(Phase.FIRST_BYTE, firstByteNanos);
  }

  private void onGone(Attempt attempt, Duration silent) {
    board.parts().doubts().onLate(attempt.source());
    var fetching = attempt.fetching;
    onFailed(
        attempt, new SourceException(Kind.FAILED, "nothing came for " + silent.toMillis() + " ms"));
    if (fetching != null) {
      fetching.cancel();
    }
  }

  private void onFailed(Attempt attempt, SourceException failure) {
    if (!attempt.isRunning()) {
      return;
    }
    RaceParts parts = board.parts();
    Candidate candidate = attempt.candidate;
    String why = String.valueOf(failure.getMessage());
    switch (failure.kind()) {
      case MISSING -> {
        end(attempt, Outcome.MISSING, why);
        attempt.permit.succeeded();
        candidate.useless();
      }
      case BUSY -> {
        end(attempt, Outcome.BUSY, why);
        attempt.permit.cancelled();
        candidate.busyUntil(board.now() + pause(failure).toNanos());
      }
      case LIED -> {
        end(attempt, Outcome.LIED, why);
        attempt.permit.failed(failure);
        onLied(candidate);
        candidate.useless();
      }
      case RELAYED_A_LIE -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.cancelled();
        lies++;
        candidate.failed();
      }
      case FAILED -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.failed(failure);
        parts.scores().onFailed(candidate.source());
        parts.outage().onFetch(false);
        candidate.failed();
      }
      case REFUSED -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.succeeded();
        candidate.useless();
      }
      case CANCELLED, SELF -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.cancelled();
        candidate.busyUntil(board.now() + pause(failure).toNanos());
      }
    }
    attempt.drop();
    board.advance();
  }

  private static Duration pause(SourceException failure) {
    Duration asked = failure.retryAfter();
    return asked.compareTo(BUSY_FOR) < 0
        ? BUSY_FOR
        : asked.compareTo(BUSY_AT_MOST) > 0 ? BUSY_AT_MOST : asked;
  }

  private void onLied(Candidate candidate) {
    lies++;
    board.parts().outage().onFetch(false);
    if (candidate.source().kind() == SourceKind.GATEWAY) {
      // It may have decrypted the file, which is its job.
      board.parts().scores().onFailed(candidate.source());
    } else {
      EngineLog.wrongBytes(candidate.source(), board.key().fid());
      board.parts().scores().onLied(candidate.source());
    }
  }

  // The end of a question

  /** Takes an attempt off the track; what becomes of its bytes is the caller's to say. */
  private void end(Attempt attempt, Outcome outcome, String why) {
    attempt.column.running.remove(attempt);
    attempt.log.ended(outcome, why, board.now());
    board.parts().fetches().decrementAndGet();
    board
        .parts()
        .metrics()
        .asked(attempt.source().kind(), attempt.role, outcome, attempt.log.receivedBytes());
    if (attempt.tick != null) {
      attempt.tick.cancel(false);
    }
  }

  /**
   * Wants no more of an attempt.
   *
   * @param hasLost whether others were quicker, so that what it brought is extra
   */
  void cancel(Attempt attempt, boolean hasLost) {
    end(attempt, Outcome.CANCELLED, attempt.isLate ? "late" : "");
    if (hasLost) {
      extra.wasted(attempt.log.receivedBytes());
    }
    if (attempt.isLate) {
      board.parts().doubts().onLate(attempt.source());
      board.parts().scores().onFailed(attempt.source());
      if (attempt.log.receivedBytes() == 0) {
        attempt.permit.failed(new SourceException(Kind.FAILED, "late"));
      } else {
        // Slow, not dead: others are asked first, but it is not left alone.
        attempt.permit.cancelled();
      }
      attempt.candidate.failed();
    } else {
      attempt.permit.cancelled();
      attempt.candidate.notAsked();
    }
    withdraw(attempt);
  }

  /**
   * Wants no more of an attempt that has sent nothing; its source is asked again in this race only
   * as a last resort. Nobody was quicker yet, so it may be this machine that is slow: that is held
   * against no source for longer than a doubt.
   */
  void giveUp(Attempt attempt) {
    end(attempt, Outcome.CANCELLED, "silent");
    if (attempt.isLate) {
      board.parts().doubts().onLate(attempt.source());
    }
    attempt.permit.cancelled();
    attempt.candidate.failed();
    withdraw(attempt);
  }

  private static void withdraw(Attempt attempt) {
    var fetching = attempt.fetching;
    attempt.drop();
    if (fetching != null) {
      fetching.cancel();
    }
  }

  /** Neither asks for a column nor waits for memory to do so. */
  void cancel(Column column, boolean hasLost) {
    List.copyOf(column.running).forEach(attempt -> cancel(attempt, hasLost));
    memory.giveBack(column);
  }

  /**
   * Cancels whatever is under way.
   *
   * @param butSoon whether to go on with what will be wanted next
   */
  void cancelAll(boolean butSoon) {
    boolean hasLost = fetched > 0;
    for (Column column : board.columns()) {
      if (!butSoon || !column.isSoon) {
        cancel(column, hasLost);
      }
    }
    memory.stopWaitingToDecode();
  }

  /** Cancels what serves no reader any more. */
  void cancelUnwanted() {
    for (Column column : board.columns()) {
      if (column.waiters.isEmpty() && !column.isSoon) {
        cancel(column, false);
      }
    }
  }
}
