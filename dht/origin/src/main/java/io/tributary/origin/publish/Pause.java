package io.tributary.origin.publish;

import java.time.Duration;

/** A way to wait, injected so that tests need not. */
@FunctionalInterface
public interface Pause {
  /** Waits for about this long. */
  void pause(Duration duration) throws InterruptedException;
}
