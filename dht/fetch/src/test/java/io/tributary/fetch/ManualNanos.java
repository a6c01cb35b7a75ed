package io.tributary.fetch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that only a test moves; it begins shortly before its values overflow. */
public final class ManualNanos implements LongSupplier {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

  @Override
  public long getAsLong() {
    return now.get();
  }

  /** Lets time go by. */
  public void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
