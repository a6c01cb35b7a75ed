package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.config.CacherConfig.EscrowKind;
import io.tributary.cacher.node.process.CacherRuntime;
import io.tributary.cacher.node.process.CacherRuntime.Settling;
import io.tributary.cacher.node.process.ContractSettlement;
import io.tributary.cacher.node.process.StaticEscrow;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads a cacher runs on, and what it is told of the chain that settles. */
final class CacherExecutors implements AutoCloseable {
  private static final int MIN_THREADS = 4;
  private static final int MAX_QUEUED = 65_536;
  private static final long STOP_SECONDS = 10;

  private final SecureRandom random = new SecureRandom();
  private final ExecutorService executor =
      pool("cacher", Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors()));
  private final ExecutorService journals = pool("journal", 1);
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(threads("timers"));
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(threads("settlement"));
  private Optional<ContractSettlement> contract = Optional.empty();

  private static ExecutorService pool(String name, int count) {
    return new ThreadPoolExecutor(
        count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_QUEUED), threads(name));
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  CacherRuntime runtime(CacherConfig config) throws IOException {
    return new CacherRuntime(
        executor, journals, timers, Clock.systemUTC(), random, settling(config));
  }

  private Settling settling(CacherConfig config) throws IOException {
    CacherConfig.Payment payment = config.payment();
    if (payment.escrow() == EscrowKind.STATIC || payment.price().equals(PricePerGib.FREE)) {
      return Settling.by(new StaticEscrow(payment.staticEscrow()));
    }
    NetworkProfile.Settlement settlement =
        NetworkProfile.read(config.network())
            .settlement()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.CONFIG,
                        "payment.escrow is \"contract\", but the network profile has no"
                            + " [settlement]; set payment.escrow = \"static\" or"
                            + " payment.price-per-gib = \"0\""));
    ContractSettlement opened =
        new ContractSettlement(
            settlement,
            config.settlement(),
            SigningKey.generate(random, Curve.fastest()),
            rounds,
            Clock.systemUTC());
    contract = Optional.of(opened);
    return opened.settling();
  }

  @Override
  public void close() {
    contract.ifPresent(ContractSettlement::close);
    rounds.shutdownNow();
    timers.shutdownNow();
    executor.shutdown();
    journals.shutdown();
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)
          || !journals.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
        journals.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
