package io.tributary.retriever.node.source;

import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.MalformedEndpointException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DeOSS gateways that may be asked: those the operator named, then those that are registered on
 * the chain, if they count. Thread-safe.
 */
public final class Gateways implements Supplier<List<Endpoint>>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateways.class);

  /** How often the chain is asked. */
  public static final Duration REFRESH = Duration.ofMinutes(10);

  /** How soon it is asked again if it did not answer. */
  public static final Duration RETRY = Duration.ofSeconds(30);

  /** How many gateways are known at most; what is registered is anybody's text. */
  public static final int MAX = 64;

  private final List<Endpoint> named;
  private final ChainClient chain;
  private final ScheduledExecutorService timers;
  private volatile List<Endpoint> all;
  private volatile Optional<ScheduledFuture<?>> next = Optional.empty();
  private volatile boolean isClosed;

  /**
   * Knows those that are named.
   *
   * @param isRegistered whether the chain is asked for others
   */
  public Gateways(
      List<Endpoint> named,
      boolean isRegistered,
      ChainClient chain,
      ScheduledExecutorService timers) {
    this.named = List.copyOf(named);
    this.all = this.named;
    this.chain = chain;
    this.timers = timers;
    if (isRegistered) {
      look();
    }
  }

  @Override
  public List<Endpoint> get() {
    return all;
  }

  private void look() {
    var unused =
        chain
            .gateways()
            .whenComplete(
                (listing, failure) -> {
                  if (failure == null) {
                    all = withRegistered(listing.entries());
                  } else {
                    log.debug("the chain does not tell of its gateways", failure);
                  }
                  again(failure == null ? REFRESH : RETRY);
                });
  }

  private List<Endpoint> withRegistered(List<Gateway> registered) {
    Set<Endpoint> found = new LinkedHashSet<>(named);
    for (Gateway gateway : registered) {
      if (found.size() < MAX) {
        endpoint(gateway.domain()).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }

  private static Optional<Endpoint> endpoint(String domain) {
    try {
      return Optional.of(Endpoint.parse(domain));
    } catch (MalformedEndpointException e) {
      return Optional.empty();
    }
  }

  private void again(Duration after) {
    if (!isClosed) {
      next = Optional.of(timers.schedule(this::look, after.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  @Override
  public void close() {
    isClosed = true;
    next.ifPresent(timer -> timer.cancel(false));
  }
}
