package io.tributary.content.erasure;

import java.time.Duration;

/**
 * Runs two strips side by side until the challenger is the faster one, or time is up.
 *
 * <p>This is at once a warm-up and a test. Vector code is many times slower than plain code until
 * the JIT has compiled it, which takes a while; on a JVM or processor that lacks what it needs it
 * stays so.
 */
final class Race {
  private static final int STRIPS_PER_ROUND = 16;

  /** So many rounds the challenger must win in a row, so that one hiccup decides nothing. */
  private static final int ROUNDS_TO_WIN = 3;

  /** Any column from any others: the weights do not matter for speed. */
  private static final int WEIGHTS = Interpolation.weights(0b1111, 4);

  private final Strip champion;
  private final Strip challenger;
  private final Duration limit;

  Race(Strip champion, Strip challenger, Duration limit) {
    this.champion = champion;
    this.challenger = challenger;
    this.limit = limit;
    champion.prepare(0, WEIGHTS);
    challenger.prepare(0, WEIGHTS);
  }

  /** Returns whether the challenger won; false when time is up or the thread is interrupted. */
  boolean isWonByChallenger() {
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    int won = 0;
    while (won < ROUNDS_TO_WIN) {
      if (System.nanoTime() - start > limit.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      best = Math.min(best, roundNanos(champion));
      won = roundNanos(challenger) < best ? won + 1 : 0;
    }
    return true;
  }

  private static long roundNanos(Strip strip) {
    long start = System.nanoTime();
    for (int i = 0; i < STRIPS_PER_ROUND; i++) {
      strip.encode(Strip.BYTES);
      strip.combine(1, Strip.BYTES);
    }
    return System.nanoTime() - start;
  }
}
