package io.tributary.retriever.client;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;

/** How fast bytes may be received, all connections together. Thread-safe. */
final class Rate {
  /** The most that is read at a time. */
  static final int MAX_STEP_BYTES = 64 * 1024;

  /** A limit above this is none: nothing comes faster. */
  private static final long MOST_BYTES_PER_SECOND = 1_000_000_000;

  /** Reads are so small that there are about as many a second. */
  private static final int STEPS_PER_SECOND = 10;

  private final Optional<Bucket> bucket;
  private final int stepBytes;

  /** A limit; {@link Long#MAX_VALUE} for none. */
  Rate(long bytesPerSecond) {
    if (bytesPerSecond > MOST_BYTES_PER_SECOND) {
      bucket = Optional.empty();
      stepBytes = MAX_STEP_BYTES;
    } else {
      stepBytes = (int) Math.max(1, Math.min(MAX_STEP_BYTES, bytesPerSecond / STEPS_PER_SECOND));
      bucket =
          Optional.of(
              Bucket.builder()
                  .addLimit(
                      Bandwidth.builder()
                          .capacity(Math.max(bytesPerSecond, stepBytes))
                          .refillGreedy(bytesPerSecond, Duration.ofSeconds(1))
                          .initialTokens(0)
                          .build())
                  .build());
    }
  }

  /** The most that is to be read at a time. */
  int stepBytes() {
    return stepBytes;
  }

  /** Waits until so many bytes may be read; returns false if the end was asked for meanwhile. */
  boolean take(int bytes, StopSignal stop) throws InterruptedException {
    if (bucket.isEmpty()) {
      return !stop.isStopped();
    }
    while (true) {
      ConsumptionProbe probe = bucket.get().tryConsumeAndReturnRemaining(bytes);
      if (probe.isConsumed()) {
        return !stop.isStopped();
      }
      if (stop.await(Duration.ofNanos(probe.getNanosToWaitForRefill()))) {
        return false;
      }
    }
  }
}
