package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.fetch.SourceKind;
import io.tributary.fetch.guard.Permit;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.memory.FragmentMemory.Lease;
import io.tributary.retriever.engine.memory.FragmentMemory.Pool;
import io.tributary.retriever.engine.source.FragmentOffer.Fetched;
import io.tributary.retriever.engine.source.FragmentOffer.Judgement;
import io.tributary.retriever.engine.source.FragmentWanted;
import io.tributary.retriever.engine.source.SourceException;
import io.tributary.retriever.engine.trace.AskLog;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.Trace.Role;
import io.tributary.retriever.engine.trace.TraceLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetch of what is wanted of one segment: whole columns, or one stretch of each.
 *
 * <p>Thread-safe: whatever happens to it is a turn, and turns are taken one after the other.
 */
public final class Race {

  /*
   * How a race is run
   * =================
   *
   * Twelve columns, of which readers want some. After each event advance() looks at all of it:
   *
   *   1. What is here is given to who waits for it.
   *   2. If anything is missing and four columns are here, what is missing is decoded.
   *   3. Each missing column is asked for at the source that is expected to be quickest. If a source
   *      fails, the next is asked.
   *   4. If nobody can be asked for a column now, as many others are as make four. That is what the
   *      column costs; it does not count as extra.
   *   5. If all who were asked for a column are late, by what each of them showed before, help is
   *      asked for: another source of the column, or others that make four. Of the two the one that
   *      brings fewer bytes nobody wants. That counts as extra and needs the budget's consent, since
   *      one of the two will be of no use.
   *   6. If a column can neither be fetched nor decoded, those come into question who failed before
   *      or are not trusted, and the chain is asked where it lies now. Then its readers are told.
   *
   * The first four good ones win: the moment a column is here or decoded, whoever is still asked in
   * vain is cancelled. One who was late when that happened is held to have failed, or else a source
   * that answers nothing would keep the good name it had before.
   *
   * Late is not a matter of the end alone. A source is late as soon as it has sent less than it would
   * have by its own p95; so one that stalls is noticed after its usual time to the first byte.
   *
   * A stretch of a column is verified by the column's chunk tree. If it is decoded from the same
   * stretch of others, their trees need not be known: what comes out is verified, and then what went
   * in was right. If it is wrong, nobody can be blamed, and all that went in unverified is dropped.
   */

  private static final Logger log = LoggerFactory.getLogger(Race.class);

  /** By steps of so many bytes one is judged to be late. */
  private static final int LATE_STEP_BYTES = 512 << 10;

  /** How long one is left alone who has no time and does not say for how long. */
  private static final Duration BUSY_FOR = Duration.ofMillis(200);

  /** How soon one looks again for a place at a source. */
  private static final Duration CROWDED_FOR = Duration.ofMillis(50);

  /** The longest that one who has no time is waited for. */
  private static final Duration BUSY_AT_MOST = Duration.ofSeconds(10);

  /** How long one waits for the first offer before others are looked for. */
  private static final Duration LOCATE_FOR = Duration.ofSeconds(2);

  /** Silence for so many times what is late is failure, but not less than the next. */
  private static final int SILENCE_IN_LATENESS = 4;

  /** Whoever is met for the first time needs time to connect. */
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

  /** From this expected number of failing sources on, a spare is asked for. */
  private static final double SPARE_FROM = 0.5;

  /** How many fragments may wait to be cached and hashed, besides being delivered. */
  private static final int MAX_AFTERCARE = 16;

  private static final Duration NO_SOURCE_RETRY = Duration.ofSeconds(15);

  /**
   * What is raced for.
   *
   * @param fid the file
   * @param segment the segment
   * @param offset the first byte of each column
   * @param length how many
   */
  public record Key(Fid fid, int segment, int offset, int length) {
    /** Whole columns of a segment. */
    public static Key whole(Fid fid, int segment) {
      return new Key(fid, segment, 0, Layout.FRAGMENT_BYTES);
    }

    /** Whether it is for whole columns. */
    public boolean isWhole() {
      return length == Layout.FRAGMENT_BYTES;
    }
  }

  private final RaceParts parts;
  private final Key key;
  private final Turns turns;
  private final BiConsumer<Race, Optional<RetrievalException>> onLanded;
  private final Column[] columns = new Column[Layout.COLUMNS];
  private final Set<AskLog> asks = new LinkedHashSet<>();
  private final Map<TraceLog, Columns> expected = new HashMap<>();
  private FileRecord file;
  private boolean isLanded;
  private boolean isDecoding;
  private boolean isLastResort;
  private boolean isRefreshed;
  private boolean isSpareDecided;
  private boolean isAdvancing;
  private boolean mustAdvance;
  private int busyWith;
  private int lies;
  private int fetched;
  private long reservedExtraBytes;
  private long wastedBytes;
  private @Nullable CompletableFuture<Lease> decodeMemory;
  private @Nullable Lease decodeLease;
  private @Nullable Lease rescueLease;
  private boolean isHedgeDenied;
  private Optional<TraceLog> first = Optional.empty();
  private Optional<RetrievalException> lastFailure = Optional.empty();

  /**
   * A race that nobody waits for yet.
   *
   * @param onLanded told once, in its last turn, when nobody waits any more, and why it failed if
   *     it did
   */
  Race(
      RaceParts parts,
      Key key,
      FileRecord file,
      BiConsumer<Race, Optional<RetrievalException>> onLanded) {
    this.parts = parts;
    this.key = key;
    this.file = file;
    this.onLanded = onLanded;
    this.turns = new Turns(parts.runtime().computing(), this::onDefect);
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new Column(i, new FragmentWanted(file, key.segment(), i).name());
    }
  }

  Key key() {
    return key;
  }

  /**
   * Waits for a column.
   *
   * @param soon the columns that this reader will want next
   * @param ifLanded run if the race is over, so that another has to be begun
   */
  void want(int column, Columns soon, Waiter waiter, Runnable ifLanded) {
    turns.execute(
        () -> {
          if (isLanded) {
            ifLanded.run();
            return;
          }
          Column wanted = columns[column];
          if (!key.isWhole() && wanted.tree == null) {
            wanted.tree = parts.trees().find(wanted.name.hash()).orElse(null);
            if (wanted.tree == null) {
              waiter.onFailure(
                  new RetrievalException(
                      RetrievalReason.NO_SOURCE, "a part of what was never seen whole"));
              advance();
              return;
            }
          }
          boolean joins = !asks.isEmpty();
          first = first.or(() -> Optional.of(waiter.trace()));
          wanted.isLookedFor = false;
          wanted.waiters.add(waiter);
          expect(waiter.trace(), soon);
          if (joins) {
            asks.forEach(waiter.trace()::asked);
            parts.metrics().joined();
          }
          advance();
        });
  }

  /** Waits no longer. */
  void leave(int column, Waiter waiter) {
    turns.execute(
        () -> {
          if (!isLanded && columns[column].waiters.remove(waiter)) {
            advance();
          }
        });
  }

  /** A read will want nothing more. */
  void gone(TraceLog read) {
    turns.execute(
        () -> {
          if (!isLanded) {
            expect(read, Columns.NONE);
            advance();
          }
        });
  }

  /** Notes which columns a read will want next. */
  private void expect(TraceLog read, Columns soon) {
    if (soon.mask() == 0) {
      expected.remove(read);
    } else {
      expected.put(read, soon);
    }
    int all = 0;
    for (Columns each : expected.values()) {
      all |= each.mask();
    }
    for (Column column : columns) {
      column.isSoon = (all >> column.index & 1) != 0;
    }
  }

  /** Ends it: nobody gets anything more. */
  void stop(RetrievalException why) {
    turns.execute(
        () -> {
          if (!isLanded) {
            failAll(why);
            advance();
          }
        });
  }

  private void onDefect(RuntimeException defect) {
    log.error("the race for segment {} of {} failed", key.segment(), key.fid(), defect);
    try {
      failAll(new RetrievalException(RetrievalReason.DEFECT, defect.toString()));
      isAdvancing = false;
      land();
    } catch (RuntimeException e) {
      log.error("and could not be ended in order", e);
    }
  }

  // What to do next

  /** Does whatever is to be done now; asked for again meanwhile, it starts over. */
  private void advance() {
    mustAdvance = true;
    if (isAdvancing) {
      return;
    }
    isAdvancing = true;
    while (mustAdvance && !isLanded) {
      mustAdvance = false;
      step();
    }
    isAdvancing = false;
  }

  private void step() {
    for (Column column : columns) {
      if (!column.waiters.isEmpty()) {
        if (column.present == null) {
          lookHere(column);
        }
        deliver(column);
      }
    }
    if (isDecoding) {
      return;
    }
    int missing = mask(Column::isMissing);
    if (missing == 0) {
      cancelAll(true);
      releaseAll();
      landIfIdle();
      return;
    }
    if (presentCount() >= Layout.DATA_COLUMNS) {
      // To decode costs less than to fetch: what is wanted next comes along.
      decode(mask(column -> !column.isPresent() && (column.isMissing() || column.isSoon)));
      return;
    }
    int unreachable = 0;
    for (Column column : columns) {
      if (column.isMissing() && column.running.isEmpty() && !ask(column)) {
        unreachable |= 1 << column.index;
      }
    }
    if (unreachable != 0) {
      help(missing, unreachable);
    } else {
      int late = mask(column -> column.isMissing() && column.isLate());
      if (late != 0) {
        hedge(missing, late);
      }
    }
    decideSpare();
    cancelUnwanted(unreachable != 0);
    if (mask(column -> column.isMissing() && column.memory != null) != 0
        && unreachable == 0
        && decodeMemory == null) {
      // Who waits for memory must not hold what another may be waiting for.
      releaseAll();
    }
  }

  private interface Test {
    boolean holds(Column column);
  }

  private int mask(Test test) {
    int mask = 0;
    for (Column column : columns) {
      if (test.holds(column)) {
        mask |= 1 << column.index;
      }
    }
    return mask;
  }

  private int presentCount() {
    return Integer.bitCount(mask(Column::isPresent));
  }

  /** Looks for a column where nobody needs to be asked. */
  private boolean lookHere(Column column) {
    if (column.present != null) {
      return true;
    }
    if (column.name.hash().isZero()) {
      column.put(RaceParts.zeros(key.length()), "ZERO");
      return true;
    }
    if (column.isLookedFor) {
      return false;
    }
    column.isLookedFor = true;
    Optional<CachedFragment> cached = parts.cache().find(column.name);
    if (cached.isPresent()) {
      try (CachedFragment fragment = cached.get()) {
        column.put(fragment.slice(key.offset(), key.length()), "CACHE");
      }
      return true;
    }
    return false;
  }

  private void deliver(Column column) {
    ByteBuf bytes = column.present;
    if (bytes == null || column.unjudged != null) {
      return;
    }
    for (Waiter waiter : List.copyOf(column.waiters)) {
      column.waiters.remove(waiter);
      waiter.trace().reached(Phase.FIRST_VERIFIED, parts.now());
      waiter.onBytes(bytes.retainedDuplicate(), column.from);
    }
  }

  // Asking for a column

  /** Asks for a column. Returns whether it is being asked for, or will be soon. */
  private boolean ask(Column column) {
    Candidates candidates = candidates(column);
    if (!candidates.isSettled() && !(candidates.isEmpty() && column.isLocatedTimed)) {
      return true;
    }
    if (column.memory != null && !column.memory.isDone()) {
      return true;
    }
    Optional<Candidate> best = candidates.best(key.length(), isLastResort);
    if (best.isEmpty()) {
      giveBackMemory(column);
      comeBack(candidates);
      return false;
    }
    if (column.memory == null) {
      takeMemory(column);
      if (column.memory != null && !column.memory.isDone()) {
        return true;
      }
    }
    Lease lease = lease(column.memory);
    Optional<ByteBuf> buffer = lease == null ? Optional.empty() : lease.buffer(key.length());
    if (buffer.isEmpty()) {
      giveBackMemory(column);
      return false;
    }
    giveBackMemory(column);
    return start(
        column, best.get(), column.asks == 0 ? Role.NEEDED : Role.REPLACEMENT, buffer.get());
  }

  private static @Nullable Lease lease(@Nullable CompletableFuture<Lease> taken) {
    return taken != null && taken.isDone() && !taken.isCompletedExceptionally()
        ? taken.join()
        : null;
  }

  private void takeMemory(Column column) {
    CompletableFuture<Lease> memory = parts.memory().take(Pool.DIRECT, key.length());
    column.memory = memory;
    await(memory, "memory for a fragment");
  }

  /** Has the race go on when memory is there, and fail if it takes too long. */
  private void await(CompletableFuture<Lease> memory, String what) {
    if (memory.isDone()) {
      return;
    }
    after(
        parts.memoryWait(),
        () -> {
          if (!memory.isDone()) {
            failAll(
                new RetrievalException(
                    RetrievalReason.BUSY,
                    "no " + what + " within " + parts.memoryWait(),
                    Duration.ofSeconds(1)));
            advance();
          }
        });
    var unused = memory.whenComplete((lease, failure) -> turns.execute(() -> onMemory(memory)));
  }

  private void onMemory(CompletableFuture<Lease> memory) {
    boolean isMine = decodeMemory == memory;
    for (Column column : columns) {
      isMine |= column.memory == memory;
    }
    if (!isMine) {
      Lease late = lease(memory);
      if (late != null) {
        late.close();
      }
    } else if (!isLanded) {
      advance();
    }
  }

  private static void giveBack(@Nullable CompletableFuture<Lease> memory) {
    if (memory != null && !memory.cancel(false)) {
      Lease lease = lease(memory);
      if (lease != null) {
        lease.close();
      }
    }
  }

  private static void giveBackMemory(Column column) {
    CompletableFuture<Lease> memory = column.memory;
    column.memory = null;
    giveBack(memory);
  }

  /** Looks again when somebody may be asked who may not be now. */
  private void comeBack(Candidates candidates) {
    candidates
        .nextNanos(isLastResort)
        .ifPresent(
            nanos -> after(Duration.ofNanos(Math.max(1, nanos - parts.now())), this::advance));
  }

  private Candidates candidates(Column column) {
    Candidates known = column.candidates;
    if (known != null) {
      return known;
    }
    Candidates made = new Candidates(parts, !key.isWhole());
    column.candidates = made;
    after(
        LOCATE_FOR,
        () -> {
          column.isLocatedTimed = true;
          advance();
        });
    made.look(
        new FragmentWanted(file, key.segment(), column.index),
        turns,
        () -> {
          if (isLanded || column.candidates != made) {
            return;
          }
          if (!made.isEmpty()) {
            reached(Phase.LOCATED, parts.now());
          }
          if (made.beginsToSettle()) {
            after(
                parts.settings().settle(),
                () -> {
                  made.settle();
                  advance();
                });
          }
          advance();
        });
    return made;
  }

  /** Asks a source. Returns whether it is asked, or will be soon. */
  private boolean start(Column column, Candidate candidate, Role role, ByteBuf buffer) {
    SourceGuards.Entry entry = parts.guards().enter(candidate.source());
    if (!(entry instanceof SourceGuards.Entry.Admitted admitted)) {
      buffer.release();
      boolean isCrowded =
          entry instanceof SourceGuards.Entry.Refused refused
              && refused.reason() == SourceGuards.Refusal.TOO_MANY_AT_ONCE;
      if (isCrowded) {
        candidate.waitUntil(parts.now() + CROWDED_FOR.toNanos());
      } else {
        candidate.failed();
      }
      mustAdvance = true;
      return true;
    }
    if (column.asks >= parts.settings().maxAsksPerFragment()) {
      admitted.permit().cancelled();
      buffer.release();
      candidate.useless();
      mustAdvance = true;
      return true;
    }
    run(column, candidate, role, buffer, admitted.permit());
    return true;
  }

  private void run(Column column, Candidate candidate, Role role, ByteBuf buffer, Permit permit) {
    AskLog ask =
        new AskLog(
            candidate.source(),
            key.segment(),
            column.index,
            key.offset(),
            key.length(),
            role,
            parts.now());
    Attempt attempt =
        new Attempt(
            column, candidate, role, permit, ask, buffer, key.length(), parts.runtime().nanoTime());
    candidate.asked();
    column.asks++;
    column.running.add(attempt);
    asks.add(ask);
    traces().forEach(trace -> trace.asked(ask));
    parts.fetches().incrementAndGet();
    parts.scores().onAsked(candidate.source());
    CompletableFuture<Fetched> result;
    try {
      var fetching =
          candidate.offer.fetch(
              new ByteRange(key.offset(), key.length()), parts.settings().fetchWithin(), attempt);
      attempt.fetching = fetching;
      result = fetching.result();
    } catch (RuntimeException e) {
      log.warn("{} could not be asked", candidate.source(), e);
      result =
          CompletableFuture.failedFuture(
              new SourceException(SourceException.Kind.FAILED, e.toString()));
    }
    var unused =
        result.whenComplete(
            (got, failure) -> {
              if (failure != null) {
                turns.execute(() -> onFailed(attempt, explain(failure)));
              } else {
                compute(() -> check(attempt, got));
              }
            });
    watch(attempt);
  }

  private void compute(Runnable task) {
    try {
      parts.runtime().computing().execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  private static SourceException explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof SourceException known
        ? known
        : new SourceException(SourceException.Kind.FAILED, cause.toString());
  }

  private Set<TraceLog> traces() {
    Set<TraceLog> traces = new LinkedHashSet<>();
    for (Column column : columns) {
      column.waiters.forEach(waiter -> traces.add(waiter.trace()));
    }
    return traces;
  }

  private void reached(Phase phase, long nanos) {
    traces().forEach(trace -> trace.reached(phase, nanos));
  }

  // What comes of asking

  private enum Verdict {
    RIGHT,
    WRONG,
    /** It is not known yet. */
    OPEN
  }

  /** Verifies what an attempt brought; takes milliseconds. */
  private void check(Attempt attempt, Fetched got) {
    if (!attempt.isComplete()) {
      turns.execute(
          () -> {
            got.judge(Judgement.UNKNOWN);
            onFailed(
                attempt,
                new SourceException(
                    attempt.isTooLong() ? SourceException.Kind.LIED : SourceException.Kind.FAILED,
                    "it did not send " + key.length() + " bytes"));
          });
      return;
    }
    Verdict verdict;
    ByteBuf bytes = attempt.retained();
    if (bytes == null) {
      verdict = Verdict.OPEN;
    } else {
      try {
        verdict =
            got.isVerified() && key.isWhole()
                ? Verdict.RIGHT
                : verify(attempt.column, bytes.nioBuffer());
      } finally {
        bytes.release();
      }
    }
    Verdict found = verdict;
    turns.execute(() -> onChecked(attempt, got, found));
  }

  private Verdict verify(Column column, ByteBuffer bytes) {
    if (key.isWhole()) {
      Digest actual = Sha256.of(bytes);
      return actual.equals(column.name.hash().digest()) ? Verdict.RIGHT : Verdict.WRONG;
    }
    Optional<ChunkTree> tree =
        Optional.ofNullable(column.tree).or(() -> parts.trees().find(column.name.hash()));
    if (tree.isEmpty()) {
      return Verdict.OPEN;
    }
    return tree.get().matches(key.offset(), bytes) ? Verdict.RIGHT : Verdict.WRONG;
  }

  private void onChecked(Attempt attempt, Fetched got, Verdict verdict) {
    Column column = attempt.column;
    if (!column.running.contains(attempt)) {
      got.judge(verdict == Verdict.RIGHT ? Judgement.RIGHT : Judgement.UNKNOWN);
      return;
    }
    if (verdict == Verdict.WRONG) {
      got.judge(Judgement.WRONG);
      onFailed(
          attempt, new SourceException(SourceException.Kind.LIED, "the bytes have another hash"));
      return;
    }
    long now = parts.now();
    end(attempt, Outcome.VERIFIED, "");
    attempt.permit.succeeded();
    parts.outage().onFetch(true);
    Duration firstByte = Duration.ofNanos(attempt.log.firstByteNanos(now) - attempt.beganNanos);
    parts
        .scores()
        .onDelivered(
            attempt.source(),
            key.length(),
            firstByte,
            Duration.ofNanos(Math.max(now - attempt.beganNanos, firstByte.toNanos())));
    fetched++;
    attempt.candidate.notAsked();
    reached(Phase.FIRST_BYTE, attempt.log.firstByteNanos(now));
    ByteBuf bytes = attempt.takeBuffer();
    attempt.drop();
    if (bytes == null) {
      return;
    }
    if (column.present != null) {
      bytes.release();
      got.judge(verdict == Verdict.RIGHT ? Judgement.RIGHT : Judgement.UNKNOWN);
      wastedBytes += key.length();
      advance();
      return;
    }
    parts.extra().onUseful(key.length());
    column.put(bytes, attempt.source().kind().name());
    if (verdict == Verdict.OPEN) {
      column.unjudged = got;
      column.unjudgedFrom = attempt.candidate;
    } else {
      got.judge(Judgement.RIGHT);
      takeCareOf(column);
    }
    for (Attempt loser : List.copyOf(column.running)) {
      cancel(loser, true);
    }
    advance();
  }

  /** Caches a fragment that was verified, and makes its tree, while it is delivered. */
  private void takeCareOf(Column column) {
    ByteBuf bytes = column.present;
    if (bytes == null || !key.isWhole()) {
      return;
    }
    if (parts.aftercare().incrementAndGet() > MAX_AFTERCARE) {
      parts.aftercare().decrementAndGet();
      return;
    }
    ByteBuf kept = bytes.retainedDuplicate();
    busyWith++;
    // Who comes before it is cached is to find it here.
    column.isKept = true;
    compute(
        () -> {
          boolean isInCache = false;
          try {
            parts.cache().offer(column.name, kept);
            isInCache = isCached(column);
            if (parts.trees().wants(column.name.hash())) {
              parts.trees().put(column.name.hash(), ChunkTree.of(kept.nioBuffer()));
            }
          } catch (RuntimeException e) {
            log.warn("fragment {} was not cached", column.name, e);
          } finally {
            kept.release();
            parts.aftercare().decrementAndGet();
            boolean isCached = isInCache;
            turns.execute(
                () -> {
                  busyWith--;
                  column.isKept = false;
                  column.isCached = isCached;
                  advance();
                });
          }
        });
  }

  private boolean isCached(Column column) {
    Optional<CachedFragment> found = parts.cache().find(column.name);
    found.ifPresent(CachedFragment::close);
    return found.isPresent();
  }

  private void onFailed(Attempt attempt, SourceException failure) {
    if (!attempt.column.running.contains(attempt)) {
      return;
    }
    Candidate candidate = attempt.candidate;
    String why = String.valueOf(failure.getMessage());
    switch (failure.kind()) {
      case MISSING -> {
        end(attempt, Outcome.MISSING, why);
        attempt.permit.succeeded();
        candidate.useless();
      }
      case BUSY -> {
        end(attempt, Outcome.BUSY, why);
        attempt.permit.cancelled();
        candidate.busyUntil(parts.now() + pause(failure).toNanos());
      }
      case LIED -> {
        end(attempt, Outcome.LIED, why);
        attempt.permit.failed(failure);
        onLied(candidate);
        candidate.useless();
      }
      case RELAYED_A_LIE -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.cancelled();
        lies++;
        candidate.failed();
      }
      case FAILED -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.failed(failure);
        parts.scores().onFailed(candidate.source());
        parts.outage().onFetch(false);
        candidate.failed();
      }
      case REFUSED -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.succeeded();
        candidate.useless();
      }
      case CANCELLED, SELF -> {
        end(attempt, Outcome.FAILED, why);
        attempt.permit.cancelled();
        candidate.busyUntil(parts.now() + pause(failure).toNanos());
      }
    }
    attempt.drop();
    advance();
  }

  private static Duration pause(SourceException failure) {
    Duration asked = failure.retryAfter();
    return asked.compareTo(BUSY_FOR) < 0
        ? BUSY_FOR
        : asked.compareTo(BUSY_AT_MOST) > 0 ? BUSY_AT_MOST : asked;
  }

  private void onLied(Candidate candidate) {
    lies++;
    parts.outage().onFetch(false);
    if (candidate.source().kind() == SourceKind.GATEWAY) {
      // It may have decrypted the file, which is its job.
      parts.scores().onFailed(candidate.source());
    } else {
      log.warn("{} sent wrong bytes of file {}", candidate.source(), key.fid());
      parts.scores().onLied(candidate.source());
    }
  }

  /** Takes an attempt off the track; what becomes of its bytes is the caller's to say. */
  private void end(Attempt attempt, Outcome outcome, String why) {
    attempt.column.running.remove(attempt);
    attempt.log.ended(outcome, why, parts.now());
    parts.fetches().decrementAndGet();
    parts
        .metrics()
        .asked(attempt.source().kind(), attempt.role, outcome, attempt.log.receivedBytes());
    if (attempt.tick != null) {
      attempt.tick.cancel(false);
    }
  }

  /**
   * Wants no more of an attempt.
   *
   * @param hasLost whether others were quicker, so that what it brought is extra
   */
  private void cancel(Attempt attempt, boolean hasLost) {
    end(attempt, Outcome.CANCELLED, attempt.isLate ? "late" : "");
    if (hasLost) {
      wastedBytes += attempt.log.receivedBytes();
    }
    if (attempt.isLate) {
      parts.scores().onFailed(attempt.source());
      if (attempt.log.receivedBytes() == 0) {
        attempt.permit.failed(new SourceException(SourceException.Kind.FAILED, "late"));
      } else {
        // Slow, not dead: others are asked first, but it is not left alone.
        attempt.permit.cancelled();
      }
      attempt.candidate.failed();
    } else {
      attempt.permit.cancelled();
      attempt.candidate.notAsked();
    }
    var fetching = attempt.fetching;
    attempt.drop();
    if (fetching != null) {
      fetching.cancel();
    }
  }

  /**
   * Cancels whatever is under way.
   *
   * @param butSoon whether to go on with what will be wanted next
   */
  private void cancelAll(boolean butSoon) {
    boolean hasLost = fetched > 0;
    for (Column column : columns) {
      if (!butSoon || !column.isSoon) {
        List.copyOf(column.running).forEach(attempt -> cancel(attempt, hasLost));
        giveBackMemory(column);
      }
    }
    giveBack(decodeMemory);
    decodeMemory = null;
  }

  /** Cancels what serves no reader any more. */
  private void cancelUnwanted(boolean isHelpNeeded) {
    if (isHelpNeeded || reservedExtraBytes > 0) {
      return;
    }
    for (Column column : columns) {
      if (column.waiters.isEmpty() && !column.isSoon) {
        List.copyOf(column.running).forEach(attempt -> cancel(attempt, false));
        giveBackMemory(column);
      }
    }
  }

  /** Lets go of all but what is being cached, or will be wanted next and is not cached. */
  private void releaseAll() {
    for (Column column : columns) {
      boolean isOfUse = column.isKept || (column.isSoon && !column.isCached);
      if (isLanded || !isOfUse) {
        column.release();
      }
    }
    closeLeases();
  }

  private void closeLeases() {
    if (decodeLease != null) {
      decodeLease.close();
      decodeLease = null;
    }
    if (rescueLease != null) {
      rescueLease.close();
      rescueLease = null;
    }
  }

  // Who is late

  private void watch(Attempt attempt) {
    if (!attempt.column.running.contains(attempt)) {
      return;
    }
    long now = parts.now();
    long nextNanos =
        attempt.isLate
            ? attempt.lastByteNanos() + silence(attempt).toNanos()
            : attempt.beganNanos + allowed(attempt).toNanos();
    attempt.tick = schedule(Duration.ofNanos(Math.max(1, nextNanos - now)), () -> onTick(attempt));
  }

  private Duration allowed(Attempt attempt) {
    long received = attempt.log.receivedBytes();
    Duration late =
        parts.scores().late(attempt.source(), Math.min(key.length(), received + LATE_STEP_BYTES));
    Duration least = parts.settings().leastLateness();
    return late.compareTo(least) < 0 ? least : late;
  }

  private Duration silence(Attempt attempt) {
    Duration late =
        parts
            .scores()
            .late(attempt.source(), Math.min(key.length(), LATE_STEP_BYTES))
            .multipliedBy(SILENCE_IN_LATENESS);
    Duration least = LEAST_SILENCE;
    Duration most = parts.settings().stallAfter();
    Duration atLeast = late.compareTo(least) < 0 ? least : late;
    return atLeast.compareTo(most) > 0 ? most : atLeast;
  }

  private void onTick(Attempt attempt) {
    if (isLanded || !attempt.column.running.contains(attempt)) {
      return;
    }
    long now = parts.now();
    Duration silent = Duration.ofNanos(now - attempt.lastByteNanos());
    if (silent.compareTo(silence(attempt)) >= 0) {
      var fetching = attempt.fetching;
      onFailed(
          attempt,
          new SourceException(
              SourceException.Kind.FAILED, "nothing came for " + silent.toMillis() + " ms"));
      if (fetching != null) {
        fetching.cancel();
      }
      return;
    }
    if (!attempt.isLate && now - attempt.beganNanos >= allowed(attempt).toNanos()) {
      attempt.isLate = true;
      advance();
    }
    watch(attempt);
  }

  private @Nullable Future<?> schedule(Duration delay, Runnable task) {
    try {
      return parts
          .runtime()
          .timers()
          .schedule(() -> turns.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The program is stopping; the engine's close ends whoever waits.
      return null;
    }
  }

  private void after(Duration delay, Runnable task) {
    var unused =
        schedule(
            delay,
            () -> {
              if (!isLanded) {
                task.run();
              }
            });
  }

  // Help

  /** Fetches as many others as make four, since some columns cannot be asked for now. */
  private void help(int missing, int unreachable) {
    findHere();
    int have = Integer.bitCount(mask(column -> column.isPresent() || column.isComing()));
    int need = Layout.DATA_COLUMNS - have;
    if (presentCount() >= Layout.DATA_COLUMNS) {
      mustAdvance = true;
      return;
    }
    if (need <= 0) {
      return;
    }
    Helpers helpers = helpers();
    if (helpers.isPending) {
      return;
    }
    // In place of those who are late others are asked as the budget of extra bytes allows.
    int free =
        Layout.DATA_COLUMNS
            - Integer.bitCount(mask(column -> column.isPresent() || !column.running.isEmpty()));
    int asked = 0;
    for (Column column : helpers.columns) {
      boolean isExtra = asked >= free;
      if (asked == need || (isExtra && !tryExtra(1, 0))) {
        return;
      }
      Optional<ByteBuf> buffer = decodeBuffer(need - asked, missing);
      if (buffer.isPresent()
          && startBest(column, isExtra ? Role.HEDGE : Role.REPLACEMENT, buffer.get())) {
        asked++;
      } else if (isExtra) {
        giveBackExtra(1);
      }
      if (buffer.isEmpty()) {
        return;
      }
    }
    if (asked < need && mask(column -> !column.running.isEmpty()) == 0) {
      giveUpOn(unreachable);
    }
  }

  private boolean startBest(Column column, Role role, ByteBuf buffer) {
    Optional<Candidate> best = candidates(column).best(key.length(), isLastResort);
    if (best.isEmpty()) {
      buffer.release();
      return false;
    }
    start(column, best.get(), role, buffer);
    return !column.running.isEmpty();
  }

  private void findHere() {
    for (Column column : columns) {
      lookHere(column);
    }
  }

  /** Columns that might help, the quickest first. */
  private record Helpers(List<Column> columns, boolean isPending) {}

  private Helpers helpers() {
    record Ranked(Column column, Duration expected) {}

    boolean isPending = false;
    List<Ranked> ranked = new ArrayList<>();
    for (Column column : columns) {
      if (column.isPresent() || !column.running.isEmpty()) {
        continue;
      }
      Candidates candidates = candidates(column);
      if (!candidates.isSettled() && !(candidates.isEmpty() && column.isLocatedTimed)) {
        isPending = true;
        continue;
      }
      Optional<Candidate> best = candidates.best(key.length(), isLastResort);
      if (best.isPresent()) {
        Duration expected = parts.scores().expected(best.get().source(), key.length());
        // What readers want next is no loss, whoever wins.
        ranked.add(new Ranked(column, column.isSoon ? expected.dividedBy(2) : expected));
      }
    }
    ranked.sort(Comparator.comparing(Ranked::expected));
    return new Helpers(ranked.stream().map(Ranked::column).toList(), isPending);
  }

  /** Room for one of the columns to decode from; takes all that is needed for that at first. */
  private Optional<ByteBuf> decodeBuffer(int inputs, int missing) {
    if (!hasDecodeLease(inputs + Integer.bitCount(missing))) {
      return Optional.empty();
    }
    return buffer();
  }

  /** Whether there is room for decoding; if not, the race goes on when there is. */
  private boolean hasDecodeLease(int buffers) {
    if (decodeLease != null) {
      return true;
    }
    if (decodeMemory == null) {
      decodeMemory = parts.memory().take(Pool.DECODING, (long) buffers * key.length());
      await(decodeMemory, "memory to decode");
    }
    Lease lease = lease(decodeMemory);
    if (lease == null) {
      return false;
    }
    decodeMemory = null;
    decodeLease = lease;
    return true;
  }

  private Optional<ByteBuf> buffer() {
    Optional<ByteBuf> buffer =
        decodeLease == null ? Optional.empty() : decodeLease.buffer(key.length());
    if (buffer.isPresent()) {
      return buffer;
    }
    if (rescueLease == null) {
      if (decodeMemory == null) {
        decodeMemory = parts.memory().take(Pool.RESCUE, 2L * Layout.DATA_COLUMNS * key.length());
        await(decodeMemory, "memory to decode after failures");
      }
      rescueLease = lease(decodeMemory);
      if (rescueLease != null) {
        decodeMemory = null;
      }
    }
    return rescueLease == null ? Optional.empty() : rescueLease.buffer(key.length());
  }

  /** Asks for help where all who are asked are late, if the budget of extra bytes allows. */
  private void hedge(int missing, int late) {
    findHere();
    if (presentCount() >= Layout.DATA_COLUMNS) {
      mustAdvance = true;
      return;
    }
    Helpers helpers = helpers();
    if (helpers.isPending) {
      return;
    }
    int have = Integer.bitCount(mask(column -> column.isPresent() || column.isComing()));
    int need = Layout.DATA_COLUMNS - have;
    if (need <= 0) {
      return;
    }
    List<Column> others = helpers.columns.subList(0, Math.min(need, helpers.columns.size()));
    long unwanted = others.stream().filter(column -> !column.isSoon).count();
    boolean canDecode = others.size() == need;
    int twins = countTwins(late);
    if (canDecode && (unwanted == 0 || twins < Integer.bitCount(late) || unwanted <= twins)) {
      if (tryExtra(unwanted, late)) {
        int asked = 0;
        for (Column column : others) {
          Optional<ByteBuf> buffer = decodeBuffer(need - asked, missing);
          if (buffer.isEmpty()) {
            giveBackExtra(unwanted);
            return;
          }
          if (startBest(column, column.isSoon ? Role.NEEDED : Role.HEDGE, buffer.get())) {
            asked++;
          }
        }
      }
      return;
    }
    hedgeDirectly(late);
  }

  /** For how many late columns there is another source. */
  private int countTwins(int late) {
    int twins = 0;
    for (Column column : columns) {
      if ((late >> column.index & 1) != 0
          && candidates(column).best(key.length(), false).isPresent()) {
        twins++;
      }
    }
    return twins;
  }

  private void hedgeDirectly(int late) {
    for (Column column : columns) {
      Optional<Candidate> twin =
          (late >> column.index & 1) == 0
              ? Optional.empty()
              : candidates(column).best(key.length(), false);
      if (twin.isEmpty() || !tryExtra(1, 1 << column.index)) {
        continue;
      }
      Optional<ByteBuf> buffer =
          parts.memory().tryTake(Pool.DIRECT, key.length()).flatMap(this::only);
      if (buffer.isEmpty()) {
        giveBackExtra(1);
        continue;
      }
      start(column, twin.get(), Role.HEDGE, buffer.get());
    }
  }

  private boolean tryExtra(long fragments, int late) {
    long bytes = fragments * key.length();
    if (bytes > 0 && !parts.extra().tryTake(bytes)) {
      if (!isHedgeDenied) {
        isHedgeDenied = true;
        parts.metrics().hedgeDenied();
        after(
            parts.settings().leastLateness(),
            () -> {
              isHedgeDenied = false;
              advance();
            });
      }
      swap(late);
      return false;
    }
    reservedExtraBytes += bytes;
    return true;
  }

  /** Gives up sources that have sent nothing yet for others of the same column, at no cost. */
  private void swap(int late) {
    for (Column column : columns) {
      if ((late >> column.index & 1) == 0
          || candidates(column).best(key.length(), false).isEmpty()) {
        continue;
      }
      for (Attempt attempt : List.copyOf(column.running)) {
        if (attempt.log.receivedBytes() == 0) {
          cancel(attempt, false);
        }
      }
      mustAdvance |= column.running.isEmpty();
    }
  }

  private void giveBackExtra(long fragments) {
    reservedExtraBytes -= fragments * key.length();
    parts.extra().giveBack(fragments * key.length());
  }

  /** Asks for one more than needed where it is likely that one of the sources will fail. */
  private void decideSpare() {
    int running = mask(column -> !column.running.isEmpty());
    if (isSpareDecided
        || parts.settings().maxSpares() == 0
        || Integer.bitCount(running) < Layout.DATA_COLUMNS - 1) {
      return;
    }
    isSpareDecided = true;
    double expectedFailures = 0;
    for (Column column : columns) {
      for (Attempt attempt : column.running) {
        expectedFailures += parts.scores().standing(attempt.source()).failureShare();
      }
    }
    long spares = Math.min(parts.settings().maxSpares(), Math.round(expectedFailures));
    if (expectedFailures < SPARE_FROM || spares == 0) {
      return;
    }
    Helpers helpers = helpers();
    for (Column column : helpers.columns) {
      if (spares == 0 || helpers.isPending || column.isMissing()) {
        break;
      }
      if (!parts.extra().tryTake(key.length())) {
        parts.metrics().hedgeDenied();
        break;
      }
      reservedExtraBytes += key.length();
      Optional<ByteBuf> buffer =
          parts.memory().tryTake(Pool.DIRECT, key.length()).flatMap(this::only);
      if (buffer.isEmpty()) {
        giveBackExtra(1);
        break;
      }
      startBest(column, Role.SPARE, buffer.get());
      spares--;
    }
  }

  /** The one buffer of a lease, which ends with it. */
  private Optional<ByteBuf> only(Lease lease) {
    try (lease) {
      return lease.buffer(key.length());
    }
  }

  // Decoding

  private void decode(int missing) {
    List<ByteBuf> outputs = new ArrayList<>();
    int targets = Integer.bitCount(missing);
    if (!hasDecodeLease(targets)) {
      return;
    }
    for (int i = 0; i < targets; i++) {
      Optional<ByteBuf> buffer = buffer();
      if (buffer.isEmpty()) {
        outputs.forEach(ByteBuf::release);
        return;
      }
      outputs.add(buffer.get());
    }
    isDecoding = true;
    for (Column column : columns) {
      List.copyOf(column.running).forEach(attempt -> cancel(attempt, true));
      giveBackMemory(column);
    }
    ByteBuffer[] buffers = new ByteBuffer[Layout.COLUMNS];
    List<ByteBuf> held = new ArrayList<>();
    int present = 0;
    int next = 0;
    for (Column column : columns) {
      buffers[column.index] = ErasureCode.ABSENT;
      ByteBuf bytes = column.present;
      if (bytes != null && Integer.bitCount(present) < Layout.DATA_COLUMNS) {
        present |= 1 << column.index;
        held.add(bytes.retain());
        buffers[column.index] = bytes.nioBuffer(0, key.length());
      } else if ((missing >> column.index & 1) != 0) {
        buffers[column.index] = outputs.get(next++).nioBuffer(0, key.length());
      }
    }
    int sources = present;
    compute(
        () -> {
          long began = parts.now();
          boolean[] isRight = new boolean[Layout.COLUMNS];
          try {
            parts.code().reconstruct(buffers, new Columns(sources), new Columns(missing));
            for (Column column : columns) {
              isRight[column.index] =
                  (missing >> column.index & 1) != 0
                      && verify(column, buffers[column.index]) == Verdict.RIGHT;
            }
          } finally {
            held.forEach(ByteBuf::release);
            Duration took = Duration.ofNanos(parts.now() - began);
            turns.execute(() -> onDecoded(missing, sources, outputs, isRight, took));
          }
        });
  }

  private void onDecoded(
      int missing, int sources, List<ByteBuf> outputs, boolean[] isRight, Duration took) {
    isDecoding = false;
    parts.metrics().decoded(outputs.size(), (long) outputs.size() * key.length(), took);
    int next = 0;
    int right = 0;
    for (Column column : columns) {
      if ((missing >> column.index & 1) == 0) {
        continue;
      }
      ByteBuf output = outputs.get(next++);
      if (isRight[column.index] && column.present == null && !isLanded) {
        output.setIndex(0, key.length());
        column.put(output, "DECODED");
        right++;
        takeCareOf(column);
      } else {
        output.release();
      }
    }
    if (isLanded) {
      return;
    }
    if (right > 0) {
      for (Column column : columns) {
        if ((sources >> column.index & 1) != 0) {
          column.judge(Judgement.RIGHT);
        }
      }
    } else {
      onNonsense(missing, sources);
    }
    advance();
  }

  /** What was decoded is wrong: one of the unverified inputs was, or the file was coded wrongly. */
  private void onNonsense(int missing, int sources) {
    boolean hadOpen = false;
    for (Column column : columns) {
      Candidate from = column.unjudgedFrom;
      if ((sources >> column.index & 1) != 0 && from != null) {
        hadOpen = true;
        from.useless();
        column.release();
      }
    }
    if (!hadOpen) {
      fail(
          missing,
          new RetrievalException(
              RetrievalReason.BROKEN_FILE,
              "the columns of segment " + key.segment() + " do not belong together"));
    }
  }

  // The end

  /** Nobody is left to ask for some columns, and too few for the others. */
  private void giveUpOn(int unreachable) {
    boolean mayHelpLater = false;
    for (Column column : columns) {
      Candidates candidates = column.candidates;
      if (candidates != null && !column.isPresent() && candidates.mayHelpLater(isLastResort)) {
        mayHelpLater = true;
        comeBack(candidates);
      }
    }
    if (mayHelpLater) {
      return;
    }
    if (!isLastResort) {
      isLastResort = true;
      mustAdvance = true;
      return;
    }
    if (!isRefreshed) {
      isRefreshed = true;
      busyWith++;
      var unused =
          parts
              .book()
              .refresh(file)
              .whenComplete((found, failure) -> turns.execute(() -> onRefreshed(found, failure)));
      return;
    }
    if (busyWith > 0) {
      return;
    }
    fail(
        unreachable,
        lies > 0
            ? new RetrievalException(
                RetrievalReason.ALL_SOURCES_LIED,
                "whoever had segment " + key.segment() + " sent something else, " + lies + " times",
                Duration.ofSeconds(60))
            : new RetrievalException(
                RetrievalReason.NO_SOURCE,
                "too few of the sources of segment " + key.segment() + " can be reached",
                NO_SOURCE_RETRY));
  }

  @SuppressWarnings("NullAway") // exactly one of the two is null
  private void onRefreshed(Optional<FileRecord> found, Throwable failure) {
    busyWith--;
    if (isLanded) {
      return;
    }
    if (failure == null && found.isPresent()) {
      file = found.get();
      isLastResort = false;
      for (Column column : columns) {
        if (column.candidates != null && column.running.isEmpty()) {
          column.candidates.cancel();
          column.candidates = null;
          column.isLocatedTimed = false;
        }
      }
    }
    advance();
  }

  private void failAll(RetrievalException why) {
    fail((1 << Layout.COLUMNS) - 1, why);
  }

  private void fail(int which, RetrievalException why) {
    for (Column column : columns) {
      if ((which >> column.index & 1) == 0) {
        continue;
      }
      for (Waiter waiter : List.copyOf(column.waiters)) {
        lastFailure = Optional.of(why);
        column.waiters.remove(waiter);
        waiter.onFailure(why);
      }
    }
    mustAdvance = true;
  }

  private void landIfIdle() {
    if (mask(column -> !column.running.isEmpty()) != 0) {
      return;
    }
    settleExtra();
    if (busyWith == 0 && presentCount() == 0) {
      land();
    }
  }

  private void settleExtra() {
    long extra = Math.min(wastedBytes, reservedExtraBytes);
    if (reservedExtraBytes > extra) {
      parts.extra().giveBack(reservedExtraBytes - extra);
    }
    if (extra > 0) {
      parts.metrics().extra(extra);
      first.ifPresent(trace -> trace.extra(extra));
    }
    reservedExtraBytes = 0;
    wastedBytes = 0;
  }

  private void land() {
    if (isLanded) {
      return;
    }
    isLanded = true;
    cancelAll(false);
    releaseAll();
    settleExtra();
    for (Column column : columns) {
      if (column.candidates != null) {
        column.candidates.cancel();
      }
    }
    onLanded.accept(this, lastFailure);
  }
}
