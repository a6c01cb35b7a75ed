package io.tributary.retriever.engine.race;

import io.tributary.fetch.Source;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.score.SourceScores;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Who is late and who is gone, by what each source has shown before. Confined to its race.
 *
 * <p>Late is not a matter of the end alone: a source is late as soon as it has sent less than it
 * would have by its own p95, so one that stalls is noticed after its usual time to the first byte.
 * One that says that it has to fetch the fragment itself first is given the origin's time besides.
 * While nothing is known of a kind of sources, one of them is late after a short silence already,
 * or the first reader would wait as long as the slowest of the kind may take.
 */
final class Lateness {

  /** By steps of so many bytes one is judged to be late. */
  private static final int STEP_BYTES = 512 << 10;

  /** Silence for so many times what is late is failure, but not less than the next. */
  private static final int SILENCE_IN_LATENESS = 4;

  /** What a kind of sources of which nothing is known may be silent for, before one is late. */
  private static final Duration STRANGERS_SILENCE = Duration.ofMillis(400);

  /** One of which nothing is known sends so many times slower than expected before it is late. */
  private static final int STRANGERS_SLOWNESS = 3;

  /** Whoever is met for the first time needs time to connect. */
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

  /** Stands for what others fill themselves from, if nobody knows what that is. */
  private static final Source UNKNOWN_ORIGIN = new Source(SourceKind.MINER, "unknown");

  private final Board board;
  private final Finding finding;
  private final BiConsumer<Attempt, Duration> onGone;

  /**
   * Watches nobody.
   *
   * @param onGone told in turn of whom so little is heard that it has failed, and how long it has
   *     been silent
   */
  Lateness(Board board, Finding finding, BiConsumer<Attempt, Duration> onGone) {
    this.board = board;
    this.finding = finding;
    this.onGone = onGone;
  }

  /** Watches an attempt until it ends; the race goes on when it is late. */
  void watch(Attempt attempt) {
    if (!attempt.isRunning()) {
      return;
    }
    long nextNanos =
        attempt.isLate
            ? attempt.lastByteNanos() + silence(attempt).toNanos()
            : attempt.beganNanos + allowed(attempt).toNanos();
    attempt.tick =
        board.schedule(
            Duration.ofNanos(Math.max(1, nextNanos - board.now())), () -> onTick(attempt));
  }

  private void onTick(Attempt attempt) {
    if (board.isLanded() || !attempt.isRunning()) {
      return;
    }
    long now = board.now();
    Duration silent = Duration.ofNanos(now - attempt.lastByteNanos());
    if (silent.compareTo(silence(attempt)) >= 0) {
      onGone.accept(attempt, silent);
      return;
    }
    if (!attempt.isLate && now - attempt.beganNanos >= allowed(attempt).toNanos()) {
      attempt.isLate = true;
      board.advance();
    }
    watch(attempt);
  }

  /** From the question on, until there should be more than has come. */
  private Duration allowed(Attempt attempt) {
    Duration late = late(attempt, attempt.log.receivedBytes() + STEP_BYTES);
    if (!attempt.isFilling() && board.parts().scores().isGuess(attempt.source())) {
      late = shorter(late, strangersLateness(attempt));
    }
    return longer(late, board.parts().settings().leastLateness());
  }

  /** When one is late of which nothing is known but what it has sent by now. */
  private Duration strangersLateness(Attempt attempt) {
    long received = attempt.log.receivedBytes();
    if (received == 0) {
      return STRANGERS_SILENCE;
    }
    long began = attempt.beganNanos;
    long expected = board.parts().scores().standing(attempt.source()).bytesPerSecond();
    double seconds =
        (double) Math.min(board.key().length(), received + STEP_BYTES) / Math.max(1, expected);
    long firstByte = attempt.log.firstByteNanos(began) - began;
    Duration byRate = Duration.ofNanos(firstByte + (long) (STRANGERS_SLOWNESS * seconds * 1e9));
    Duration bySilence = Duration.ofNanos(attempt.lastByteNanos() - began).plus(STRANGERS_SILENCE);
    return longer(shorter(byRate, bySilence), STRANGERS_SILENCE);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private Duration silence(Attempt attempt) {
    Duration late = late(attempt, STEP_BYTES).multipliedBy(SILENCE_IN_LATENESS);
    Duration most = board.parts().settings().stallAfter();
    return shorter(longer(late, LEAST_SILENCE), most);
  }

  /** When so many bytes are late; one who fetches them itself has what the origin takes besides. */
  private Duration late(Attempt attempt, long bytes) {
    SourceScores scores = board.parts().scores();
    long some = Math.min(board.key().length(), bytes);
    Duration own = scores.late(attempt.source(), some);
    if (!attempt.isFilling()) {
      return own;
    }
    Source origin = finding.origin(attempt.column).orElse(UNKNOWN_ORIGIN);
    return own.plus(scores.late(origin, some));
  }
}
