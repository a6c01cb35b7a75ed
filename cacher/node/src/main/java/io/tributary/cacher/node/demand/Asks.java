package io.tributary.cacher.node.demand;

import io.tributary.cacher.node.demand.DemandMetrics.AskEnd;
import io.tributary.exchange.FragmentName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks other homes to fetch fragments, not too many at a time and in a minute. Thread-safe. */
final class Asks {
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final DemandSettings settings;
  private final NextHomes homes;
  private final DemandMetrics metrics;
  private long minuteNanos;
  private int inMinute;
  private int underWay;

  Asks(DemandSettings settings, NextHomes homes, DemandMetrics metrics, long nowNanos) {
    this.settings = settings;
    this.homes = homes;
    this.metrics = metrics;
    this.minuteNanos = nowNanos;
  }

  /** Asks the home of a place, if the budget allows. */
  CompletionStage<AskEnd> ask(FragmentName name, int rank, long nowNanos) {
    if (!begin(nowNanos)) {
      metrics.asked(AskEnd.OVER_BUDGET);
      return CompletableFuture.completedStage(AskEnd.OVER_BUDGET);
    }
    return homes
        .ask(name, rank)
        .exceptionally(failure -> AskEnd.FAILED)
        .thenApply(
            end -> {
              ended();
              metrics.asked(end);
              return end;
            });
  }

  private synchronized boolean begin(long nowNanos) {
    if (nowNanos - minuteNanos >= MINUTE_NANOS) {
      minuteNanos = nowNanos;
      inMinute = 0;
    }
    if (underWay >= settings.maxAsking() || inMinute >= settings.asksPerMinute()) {
      return false;
    }
    underWay++;
    inMinute++;
    return true;
  }

  private synchronized void ended() {
    underWay--;
  }

  synchronized int underWay() {
    return underWay;
  }
}
