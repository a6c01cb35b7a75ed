package io.tributary.retriever.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.RangePlan;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.budget.ExtraBytes;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.origin.chain.ChainClient;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.chunk.ChunkTrees;
import io.tributary.retriever.engine.chunk.LaterTrees;
import io.tributary.retriever.engine.file.FileBook;
import io.tributary.retriever.engine.memory.FragmentMemory;
import io.tributary.retriever.engine.race.Doubts;
import io.tributary.retriever.engine.race.RaceParts;
import io.tributary.retriever.engine.race.Races;
import io.tributary.retriever.engine.race.Ranking;
import io.tributary.retriever.engine.read.CachedReads;
import io.tributary.retriever.engine.read.FileRead;
import io.tributary.retriever.engine.read.ReadParts;
import io.tributary.retriever.engine.source.FragmentProvider;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Plan;
import io.tributary.retriever.engine.trace.TraceId;
import io.tributary.retriever.engine.trace.TraceLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The engine that has sources race.
 *
 * <pre>{@code
 * open  ──► FileBook ──► chain
 * cached ─► CachedReads ─► FragmentCache                   what needs no read
 * read  ──► FileRead ──► FragmentCache                     what is here
 *               │
 *               └──────► Races ──► Race ──► FragmentProvider ──► offers ──► sources
 *                                   │
 *                                   └─► verify, decode, FragmentCache, ChunkTrees
 * }</pre>
 */
public final class RacingEngine implements Engine {
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private final EngineSettings settings;
  private final EngineRuntime runtime;
  private final Outage outage;
  private final FileBook book;
  private final FragmentMemory memory;
  private final ChunkTrees trees;
  private final LaterTrees laterTrees;
  private final ExtraBytes extra;
  private final SourceScores scores;
  private final AtomicInteger fetches = new AtomicInteger();
  private final Races races;
  private final ReadParts reads;
  private final CachedReads cachedReads;
  private final Cache<TraceId, Supplier<Trace>> traces;
  private final Set<FileRead> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final LongAdder cachedBytes = new LongAdder();
  private volatile boolean isClosed;

  /**
   * An engine; close it before what it borrows is ended.
   *
   * @param chain knows what files are made of
   * @param providers find sources of fragments; each is asked for each fragment that is not cached
   * @param cache where fragments are kept
   * @param code decodes; {@code ErasureCode.best(executor)} in a process that lives long
   */
  public RacingEngine(
      ChainClient chain,
      List<FragmentProvider> providers,
      FragmentCache cache,
      ErasureCode code,
      EngineSettings settings,
      EngineRuntime runtime,
      EngineMetrics metrics) {
    this.settings = settings;
    this.runtime = runtime;
    EngineSettings.Racing racing = settings.racing();
    this.outage = new Outage(runtime.nanoTime());
    this.book = new FileBook(chain, settings.files(), outage, runtime.nanoTime());
    this.memory = new FragmentMemory(settings.memory().maxHeldBytes());
    this.trees = new ChunkTrees(settings.chunkTrees());
    this.scores = new SourceScores(racing.scores(), runtime.nanoTime(), runtime.random());
    this.laterTrees = new LaterTrees(trees, cache, runtime.computing(), () -> fetches.get() == 0);
    this.extra =
        new ExtraBytes(
            racing.extraShare(),
            racing.extraBurstBytes(),
            racing.extraWindow(),
            runtime.nanoTime());
    Doubts doubts = new Doubts(racing.scores().maxSources(), runtime.nanoTime());
    this.races =
        new Races(
            new RaceParts(
                List.copyOf(providers),
                cache,
                trees,
                laterTrees,
                book,
                memory,
                scores,
                new Ranking(scores, doubts, racing.staging(), runtime.random()),
                doubts,
                new SourceGuards(racing.guards(), runtime.nanoTime()),
                extra,
                outage,
                code,
                racing,
                settings.memory().waitAtMost(),
                runtime,
                metrics,
                fetches,
                new AtomicInteger()),
            settings.files().maxAbsent());
    this.traces =
        Caffeine.newBuilder().maximumSize(settings.traces()).executor(Runnable::run).build();
    this.reads =
        new ReadParts(cache, trees, races, runtime, metrics, cachedBytes, this::onReadEnded);
    this.cachedReads = new CachedReads(book, reads, traces::put);
  }

  @Override
  public CompletableFuture<FileView> open(Fid fid) {
    if (isClosed) {
      return CompletableFuture.failedFuture(closed());
    }
    // A future of its own, so that nobody ends the question for others.
    CompletableFuture<FileView> view = new CompletableFuture<>();
    var unused =
        book.open(fid)
            .whenComplete(
                (record, failure) -> {
                  if (failure == null) {
                    view.complete(FileView.of(record));
                  } else {
                    view.completeExceptionally(explain(failure));
                  }
                });
    return view;
  }

  private static RetrievalException explain(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof RetrievalException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RetrievalException known
        ? known
        : new RetrievalException(RetrievalReason.DEFECT, cause.toString());
  }

  private static RetrievalException closed() {
    return new RetrievalException(RetrievalReason.CLOSED, "the engine is closed");
  }

  @Override
  public VerifiedStream read(FileView file, ByteRange range, ReadOptions options) {
    RangePlan plan = new RangePlan(file.storedBytes(), range);
    TraceLog trace =
        new TraceLog(
            new TraceId(runtime.random().nextLong()),
            file.fid(),
            range,
            new Plan(
                plan.firstSegment(),
                plan.lastSegment() - plan.firstSegment() + 1,
                plan.slices().size()),
            runtime.clock().millis(),
            runtime.nanoTime().getAsLong());
    traces.put(trace.id(), trace::snapshot);
    FileRead read = new FileRead(reads, file.record(), plan, options, trace);
    open.add(read);
    if (streams.incrementAndGet() > settings.maxStreams()) {
      read.end(
          new RetrievalException(
              RetrievalReason.BUSY, settings.maxStreams() + " reads are under way", BUSY_RETRY));
    } else if (isClosed) {
      read.end(closed());
    } else {
      read.start();
    }
    return read;
  }

  @Override
  public Optional<CachedRange> cached(Fid fid, ByteRange range) {
    return isClosed ? Optional.empty() : cachedReads.find(fid, range);
  }

  private void onReadEnded(FileRead read) {
    if (open.remove(read)) {
      streams.decrementAndGet();
    }
  }

  @Override
  public Optional<Trace> trace(TraceId id) {
    return Optional.ofNullable(traces.getIfPresent(id)).map(Supplier::get);
  }

  /** What is thought of the sources. */
  public SourceScores scores() {
    return scores;
  }

  @Override
  public EngineStatus status() {
    return new EngineStatus(
        streams.get(),
        races.size(),
        fetches.get(),
        memory.heldBytes(),
        memory.maxBytes(),
        memory.waiting(),
        extra.usefulBytes(),
        extra.extraBytes(),
        cachedBytes.sum(),
        book.size(),
        trees.size(),
        outage.isOn());
  }

  @Override
  public void close() {
    isClosed = true;
    laterTrees.close();
    open.forEach(read -> read.end(closed()));
    races.close();
  }
}
