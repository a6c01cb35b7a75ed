package io.tributary.cacher.store.chronicle;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Who holds a piece of memory, and whether it may be given back: one word, changed by compare and
 * set. Thread-safe.
 *
 * <pre>{@code
 * 63        62        61      60         31           0
 * | 0       | checked | doomed| closed   | open pins  |
 * }</pre>
 *
 * <p>Whoever makes the word "doomed or closed, no pins" is told so, by a return value, exactly once
 * for each of the two; that thread has to give the memory back.
 */
final class PinCount {
  private static final long CHECKED = 1L << 62;
  private static final long DOOMED = 1L << 61;
  private static final long CLOSED = 1L << 60;
  private static final long PINS = (1L << 31) - 1;

  private final AtomicLong word;

  private PinCount(long word) {
    this.word = new AtomicLong(word);
  }

  /** Memory that was stored by another process. */
  static PinCount unchecked() {
    return new PinCount(0);
  }

  /** Memory whose filler holds a pin. */
  static PinCount pinned() {
    return new PinCount(1);
  }

  /** What becomes of memory that is doomed. */
  enum Doom {
    /** Nobody holds it: the caller gives it back. */
    NOW,
    /** The last to unpin gives it back. */
    LATER,
    /** It was doomed or closed before. */
    ALREADY
  }

  /** Takes a pin if the bytes are known to be right and nobody wants them gone. */
  boolean pinIfChecked() {
    return pin(CHECKED);
  }

  /** Takes a pin if nobody wants the bytes gone. */
  boolean pin() {
    return pin(0);
  }

  private boolean pin(long wanted) {
    while (true) {
      long now = word.get();
      if ((now & (DOOMED | CLOSED)) != 0 || (now & wanted) != wanted || (now & PINS) == PINS) {
        return false;
      }
      if (word.weakCompareAndSetVolatile(now, now + 1)) {
        return true;
      }
    }
  }

  /** Gives a pin back; true if the caller has to give the memory back too. */
  boolean unpin() {
    long now = word.decrementAndGet();
    return (now & PINS) == 0 && (now & (DOOMED | CLOSED)) != 0;
  }

  void setChecked() {
    word.updateAndGet(now -> now | CHECKED);
  }

  /** Lets no new pins be taken, for good. */
  Doom doom() {
    while (true) {
      long now = word.get();
      if ((now & (DOOMED | CLOSED)) != 0) {
        return Doom.ALREADY;
      }
      if (word.weakCompareAndSetVolatile(now, now | DOOMED)) {
        return (now & PINS) == 0 ? Doom.NOW : Doom.LATER;
      }
    }
  }

  /** Lets no new pins be taken, because the store closes; true if some are open. */
  boolean close() {
    return (word.getAndUpdate(now -> now | CLOSED) & PINS) != 0;
  }

  boolean isChecked() {
    return (word.get() & CHECKED) != 0;
  }

  boolean isDoomed() {
    return (word.get() & DOOMED) != 0;
  }
}
