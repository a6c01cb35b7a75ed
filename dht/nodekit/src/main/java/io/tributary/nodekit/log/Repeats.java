package io.tributary.nodekit.log;

import io.tributary.nodekit.time.SteadyClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets each message of an operator's log through once per period, and counts what it held back.
 *
 * <p>Keeps the most recent {@value #MAX_KEYS} keys; one that was forgotten is let through again.
 * Thread-safe.
 */
public final class Repeats {
  /** How many different messages are told apart. */
  public static final int MAX_KEYS = 256;

  private static final class Entry {
    long sinceNanos;
    long heldBack;
  }

  private final long periodNanos;
  private final SteadyClock clock;
  private final Map<String, Entry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
          return size() > MAX_KEYS;
        }
      };

  /**
   * Starts with no message seen.
   *
   * @param period how long a message stays quiet after it was let through
   */
  public Repeats(Duration period, SteadyClock clock) {
    this.periodNanos = period.toNanos();
    this.clock = clock;
  }

  /**
   * Asks whether a message is to be written now.
   *
   * @param key what makes messages the same, such as the reason and the peer
   * @return how many of it were held back since it was last written, or empty to hold back this one
   */
  public synchronized OptionalLong admit(String key) {
    long now = clock.nanos();
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = new Entry();
      entry.sinceNanos = now;
      entries.put(key, entry);
      return OptionalLong.of(0);
    }
    if (now - entry.sinceNanos < periodNanos) {
      entry.heldBack++;
      return OptionalLong.empty();
    }
    long heldBack = entry.heldBack;
    entry.sinceNanos = now;
    entry.heldBack = 0;
    return OptionalLong.of(heldBack);
  }
}
