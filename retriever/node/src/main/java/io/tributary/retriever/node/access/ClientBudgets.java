package io.tributary.retriever.node.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What each client has left of its {@link ClientLimits}. Thread-safe. */
public final class ClientBudgets {
  private static final int IPV6_CLIENT_BITS = 64;
  private static final int IPV4_BITS = 32;
  private static final Duration QUOTA_PERIOD = Duration.ofDays(1);
  /** More than a token in a nanosecond cannot be counted, nor be sent. */
  private static final long MOST_BYTES_PER_DAY = 1L << 46;

  private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);

  private final ClientLimits limits;
  private final LongSupplier nanoTime;
  private final Cache<AddressBlock, Client> clients;

  /** Why a request is refused for now. */
  public enum Shortage {
    /** It asks too often. */
    RATE_LIMITED,
    /** It has too many requests under way. */
    TOO_MANY_REQUESTS_AT_ONCE,
    /** It has had its share of today. */
    QUOTA_EXHAUSTED
  }

  /** The answer to a request. */
  public sealed interface Admission {
    /**
     * It may go on.
     *
     * @param lease to be closed when it has ended
     */
    record Granted(Lease lease) implements Admission {}

    /**
     * It may not.
     *
     * @param shortage why
     * @param retryAfter when to ask again
     */
    record Refused(Shortage shortage, Duration retryAfter) implements Admission {}
  }

  private static final class Client {
    final Bucket requests;
    final Bucket bytes;
    final AtomicInteger underWay = new AtomicInteger();

    Client(Bucket requests, Bucket bytes) {
      this.requests = requests;
      this.bytes = bytes;
    }
  }

  /** A request under way. Thread-safe. */
  public final class Lease implements AutoCloseable {
    private final Client client;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Lease(Client client) {
      this.client = client;
    }

    /** Counts content that was sent. */
    public void sent(long bytes) {
      if (bytes > 0 && limits.bytesPerDay() != Long.MAX_VALUE) {
        long unused = client.bytes.consumeIgnoringRateLimits(bytes);
      }
    }

    /** Ends it. Does nothing the second time. */
    @Override
    public void close() {
      if (!isClosed.getAndSet(true)) {
        client.underWay.decrementAndGet();
      }
    }
  }

  /**
   * Starts with full budgets.
   *
   * @param nanoTime a clock that never goes back
   */
  public ClientBudgets(ClientLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.clients =
        Caffeine.newBuilder()
            .maximumSize(limits.maxClients())
            .expireAfterAccess(QUOTA_PERIOD)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** Asks whether a client may begin a request now. */
  public Admission admit(InetAddress address) {
    int bits = address.getAddress().length == 4 ? IPV4_BITS : IPV6_CLIENT_BITS;
    Client client = clients.get(AddressBlock.around(address, bits), block -> newClient());
    ConsumptionProbe probe = client.requests.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      return new Admission.Refused(
          Shortage.RATE_LIMITED, Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
    if (limits.bytesPerDay() != Long.MAX_VALUE && client.bytes.getAvailableTokens() <= 0) {
      long nanos = client.bytes.estimateAbilityToConsume(1).getNanosToWaitForRefill();
      return new Admission.Refused(Shortage.QUOTA_EXHAUSTED, Duration.ofNanos(nanos));
    }
    if (client.underWay.incrementAndGet() > limits.concurrent()) {
      client.underWay.decrementAndGet();
      return new Admission.Refused(Shortage.TOO_MANY_REQUESTS_AT_ONCE, BUSY_PAUSE);
    }
    return new Admission.Granted(new Lease(client));
  }

  private Client newClient() {
    TimeMeter time =
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return nanoTime.getAsLong();
          }

          @Override
          public boolean isWallClockBased() {
            return false;
          }
        };
    long quotaBytes = Math.min(limits.bytesPerDay(), MOST_BYTES_PER_DAY);
    return new Client(
        Bucket.builder()
            .withCustomTimePrecision(time)
            .addLimit(
                Bandwidth.builder()
                    .capacity(limits.burst())
                    .refillGreedy(limits.requestsPerSecond(), Duration.ofSeconds(1))
                    .build())
            .build(),
        Bucket.builder()
            .withCustomTimePrecision(time)
            .addLimit(
                Bandwidth.builder()
                    .capacity(quotaBytes)
                    .refillGreedy(quotaBytes, QUOTA_PERIOD)
                    .build())
            .build());
  }
}
