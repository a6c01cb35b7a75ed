package io.tributary.launcher.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets so many sentences of a kind through in a period, and counts what it held back.
 *
 * <p>Remembers the {@value #MAX_KINDS} kinds that spoke last. Not thread-safe.
 */
final class LineCap {
  /** How many kinds of sentences are told apart. */
  static final int MAX_KINDS = 256;

  private static final class Spoken {
    long sinceNanos;
    long lines;
    long heldBack;
  }

  private final int atMost;
  private final long periodNanos;
  private final Map<String, Spoken> kinds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Spoken> eldest) {
          return size() > MAX_KINDS;
        }
      };

  LineCap(int atMost, long periodNanos) {
    this.atMost = atMost;
    this.periodNanos = periodNanos;
  }

  /**
   * Asks whether a sentence is to be written now.
   *
   * @param kind what makes sentences the same
   * @return how many of its kind were held back since one was last written, or empty to hold back
   *     this one too
   */
  OptionalLong admit(String kind, long nowNanos) {
    Spoken spoken = kinds.computeIfAbsent(kind, any -> new Spoken());
    if (spoken.lines == 0 || nowNanos - spoken.sinceNanos >= periodNanos) {
      spoken.sinceNanos = nowNanos;
      spoken.lines = 0;
    }
    if (spoken.lines >= atMost) {
      spoken.heldBack++;
      return OptionalLong.empty();
    }
    spoken.lines++;
    long heldBack = spoken.heldBack;
    spoken.heldBack = 0;
    return OptionalLong.of(heldBack);
  }
}
