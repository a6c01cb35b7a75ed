package io.tributary.nodekit.time;

/** Measures how much time passes, and never goes back when the time of day is set. Thread-safe. */
@FunctionalInterface
public interface SteadyClock {
  /** Returns nanoseconds since some moment; only differences mean anything. */
  long nanos();

  /** The machine's. */
  static SteadyClock system() {
    return System::nanoTime;
  }
}
