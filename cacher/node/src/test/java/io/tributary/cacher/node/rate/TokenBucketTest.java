package io.tributary.cacher.node.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void bucket_givesItsBurst_thenItsRate() {
    TokenBucket bucket = new TokenBucket(4 << 20, nanos::get);
    assertThat(bucket.available()).isEqualTo(1 << 20);
    bucket.take(1 << 20);
    assertThat(bucket.available()).isZero();
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(125));
    assertThat(bucket.available()).isEqualTo(512 << 10);
    nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(bucket.available()).as("no more than a burst is saved up").isEqualTo(1 << 20);
  }

  @Test
  void bucketThatGaveTooMuch_givesNothingUntilThatIsMadeUpFor() {
    TokenBucket bucket = new TokenBucket(1 << 20, nanos::get);
    bucket.take(bucket.available() + (1 << 20));
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(900));
    assertThat(bucket.available()).isZero();
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
    assertThat(bucket.available()).isPositive();
  }

  @Test
  void clockThatJumpsBack_takesNothingAway() {
    TokenBucket bucket = new TokenBucket(1 << 20, nanos::get);
    long before = bucket.available();
    nanos.addAndGet(-TimeUnit.HOURS.toNanos(1));
    assertThat(bucket.available()).isEqualTo(before);
  }
}
