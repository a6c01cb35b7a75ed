package io.tributary.nodekit.http;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Names exchanges: 32 hexadecimal digits, half of which are this server's and half the exchange's.
 * They are not secrets. Thread-safe.
 */
final class TraceIds implements Supplier<String> {
  /** An odd number: all 2^64 products with it differ. */
  private static final long STRIDE = 0x9e37_79b9_7f4a_7c15L;

  private final long server;
  private final AtomicLong exchanges;

  TraceIds(SecureRandom random) {
    server = random.nextLong();
    exchanges = new AtomicLong(random.nextLong());
  }

  @Override
  public String get() {
    return next().toString();
  }

  /** Returns another one. */
  ExchangeId next() {
    return new ExchangeId(server, exchanges.getAndAdd(STRIDE));
  }
}
