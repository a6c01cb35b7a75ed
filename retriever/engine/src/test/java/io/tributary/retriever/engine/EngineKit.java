package io.tributary.retriever.engine;

import io.netty.buffer.ByteBuf;
import io.tributary.content.AccountId;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Head;
import io.tributary.origin.chain.Listing;
import io.tributary.origin.chain.Miner;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.source.FragmentProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An engine on a clock of the test's, and a chain that knows what the test tells it. */
final class EngineKit implements AutoCloseable {
  static final int PATIENCE_SECONDS = 30;
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final ExecutorService sourceThreads = Executors.newFixedThreadPool(2);
  private final TaskCount tasks = new TaskCount();

  /** The engine's. */
  final Executor computing = tasks.counting(threads);

  /** The sources'. */
  final Executor sources = tasks.counting(sourceThreads);

  final ManualTime time = new ManualTime();
  final Map<Fid, FileAnswer> chain = new ConcurrentHashMap<>();
  private Optional<RacingEngine> engine = Optional.empty();

  RacingEngine start(FragmentCache cache, EngineSettings settings, FragmentProvider... providers) {
    RacingEngine made =
        new RacingEngine(
            new MapChain(chain),
            List.of(providers),
            cache,
            ErasureCode.best(),
            settings,
            new EngineRuntime(computing, time, time::nanoTime, new JumpingClock(), new Random(1)),
            EngineMetrics.NONE);
    engine = Optional.of(made);
    return made;
  }

  void knows(FileRecord record) {
    chain.put(record.manifest().fid(), new FileAnswer.Stored(record));
  }

  /** Waits until nothing happens any more without time going on. */
  void settle() {
    tasks.awaitNone();
  }

  /** Begins to read a range. */
  Reading reading(TestFile file, VerifiedStream stream, long firstOffset) {
    return Reading.of(file, stream, firstOffset, time::nanoTime);
  }

  /**
   * Lets time pass until something is done, from one timer to the next, and only while nothing else
   * goes on: so nobody is late because the machine is slow.
   */
  <T> T passTimeUntil(CompletableFuture<T> done) {
    long end = time.nanoTime() + LONGEST.toNanos();
    settle();
    while (!done.isDone()) {
      if (time.nanoTime() > end) {
        throw new AssertionError("not done after " + LONGEST);
      }
      time.advanceToNext(STEP);
      settle();
    }
    return get(done);
  }

  /** Lets time pass in the same way. */
  void passTime(Duration by) {
    long end = time.nanoTime() + by.toNanos();
    settle();
    while (time.nanoTime() < end) {
      time.advanceToNext(Duration.ofNanos(end - time.nanoTime()));
      settle();
    }
  }

  /** Reads all of a stream, which must be the file's bytes; returns how many. */
  static long readAll(TestFile file, VerifiedStream stream, long firstOffset) {
    long offset = firstOffset;
    while (true) {
      Optional<VerifiedBytes> piece = get(stream.next());
      if (piece.isEmpty()) {
        return offset - firstOffset;
      }
      offset = check(file, piece.get(), offset);
    }
  }

  /** Checks and releases a piece. Returns where the next begins. */
  static long check(TestFile file, VerifiedBytes piece, long offset) {
    try (piece) {
      ByteBuf bytes = piece.buf();
      if (piece.fileOffset() != offset || !file.has(offset, bytes.nioBuffer())) {
        throw new AssertionError("wrong bytes at " + offset);
      }
      return offset + piece.length();
    }
  }

  static long readAll(RacingEngine engine, TestFile file, long offset, long length) {
    VerifiedStream stream =
        engine.read(file.view(), new ByteRange(offset, length), ReadOptions.defaults());
    try {
      return readAll(file, stream, offset);
    } catch (RetrievalException e) {
      throw new AssertionError(e.getMessage() + ": " + engine.trace(stream.traceId()), e);
    }
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetrievalException known) {
        throw known;
      }
      throw new AssertionError(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Why a future fails. */
  static RetrievalReason reason(CompletableFuture<?> future) {
    try {
      throw new AssertionError("did not fail: " + get(future));
    } catch (RetrievalException e) {
      return e.reason();
    }
  }

  @Override
  public void close() {
    engine.ifPresent(RacingEngine::close);
    time.shutdownNow();
    threads.shutdown();
    sourceThreads.shutdown();
  }

  /** The time of day, which jumps by days at each look: nothing but dates may come of it. */
  private static final class JumpingClock extends Clock {
    private final AtomicLong looks = new AtomicLong();

    @Override
    public Instant instant() {
      long look = looks.incrementAndGet();
      return Instant.EPOCH.plus(Duration.ofDays(look % 2 == 0 ? 20_000 + look : 20_000 - look));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A chain that knows what is in a map. */
  record MapChain(Map<Fid, FileAnswer> files) implements ChainClient {
    @Override
    public CompletableFuture<FileAnswer> file(Fid fid) {
      return CompletableFuture.completedFuture(
          files.getOrDefault(fid, new FileAnswer.Unknown(fid)));
    }

    @Override
    public CompletableFuture<Optional<Miner>> miner(AccountId account) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Listing<Miner>> miners() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Listing<Gateway>> gateways() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Head> finalizedHead() {
      throw new UnsupportedOperationException();
    }
  }
}
