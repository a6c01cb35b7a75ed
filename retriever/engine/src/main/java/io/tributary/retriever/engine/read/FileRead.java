package io.tributary.retriever.engine.read;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.ColumnSlice;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.RangePlan;
import io.tributary.content.erasure.Columns;
import io.tributary.exchange.FragmentName;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.VerifiedBytes;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.race.Expectation;
import io.tributary.retriever.engine.race.Race;
import io.tributary.retriever.engine.race.RaceParts;
import io.tributary.retriever.engine.race.Races;
import io.tributary.retriever.engine.race.Waiter;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.TraceId;
import io.tributary.retriever.engine.trace.TraceLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One read of a range: its slices in order, of which some are on their way ahead of the reader.
 * Thread-safe; its lock is not held while others are called.
 */
public final class FileRead implements VerifiedStream {

  /** Slices up to this are fetched alone if they can be verified alone. */
  static final int MAX_PART_BYTES = Layout.FRAGMENT_BYTES / 2;

  private final ReadParts parts;
  private final FileRecord file;
  private final ReadOptions options;
  private final List<ColumnSlice> slices;
  private final TraceLog trace;
  private final Ahead ahead;
  private final Deque<Unit> units = new ArrayDeque<>();
  private Rest rest;
  private int nextSlice;
  private long aheadBytes;
  private int takenOfHead;
  private long handedNanos;
  private int handedBytes;
  private boolean hasDelivered;
  private @Nullable CompletableFuture<Optional<VerifiedBytes>> asked;
  private @Nullable Future<?> deadline;
  private @Nullable RetrievalException failure;
  private boolean isEnded;
  private boolean isFinished;

  /**
   * A read that fetches nothing yet.
   *
   * @param plan which bytes
   */
  public FileRead(
      ReadParts parts, FileRecord file, RangePlan plan, ReadOptions options, TraceLog trace) {
    this.parts = parts;
    this.file = file;
    this.options = options;
    this.slices = plan.slices();
    this.trace = trace;
    this.ahead = new Ahead(options.maxAheadBytes());
    this.rest = restFrom(0);
  }

  /** What is still to be wanted of a segment, whose race is one for whole columns. */
  private record Rest(Race.Key key, Expectation columns) {}

  /** Begins to fetch. */
  public void start() {
    fetchAhead();
  }

  /** What it did so far. */
  public TraceLog trace() {
    return trace;
  }

  @Override
  public TraceId traceId() {
    return trace.id();
  }

  @Override
  public CompletableFuture<Optional<VerifiedBytes>> next() {
    CompletableFuture<Optional<VerifiedBytes>> answer = new CompletableFuture<>();
    synchronized (this) {
      if (asked != null) {
        throw new IllegalStateException("the last piece has not been answered yet");
      }
      asked = answer;
      if (handedBytes > 0) {
        ahead.onTaken(handedBytes, parts.now() - handedNanos);
        handedBytes = 0;
      }
    }
    answer();
    if (!answer.isDone()) {
      setDeadline(answer);
    }
    return answer;
  }

  private void setDeadline(CompletableFuture<Optional<VerifiedBytes>> answer) {
    Duration within;
    synchronized (this) {
      within = hasDelivered ? options.pieceWithin() : options.firstByteWithin();
    }
    try {
      Future<?> timer =
          parts
              .runtime()
              .timers()
              .schedule(() -> onDeadline(answer, within), within.toNanos(), TimeUnit.NANOSECONDS);
      synchronized (this) {
        if (asked == answer) {
          deadline = timer;
          return;
        }
      }
      timer.cancel(false);
    } catch (RejectedExecutionException e) {
      end(new RetrievalException(RetrievalReason.CLOSED, "the program is stopping"));
    }
  }

  private void onDeadline(CompletableFuture<Optional<VerifiedBytes>> answer, Duration within) {
    synchronized (this) {
      if (asked != answer) {
        return;
      }
    }
    end(
        new RetrievalException(
            RetrievalReason.DEADLINE,
            "no piece within " + within.toMillis() + " ms",
            Duration.ofSeconds(5)));
  }

  @Override
  public void cancel() {
    end(new RetrievalException(RetrievalReason.CANCELLED, "cancelled by the reader"));
  }

  /** Ends it with a failure, if it has not ended. */
  public void end(RetrievalException why) {
    List<Races.Leave> leaves;
    Rest last;
    synchronized (this) {
      if (isEnded) {
        return;
      }
      isEnded = true;
      failure = why;
      leaves = drop();
      last = rest;
      last.columns.end();
    }
    leaves.forEach(Races.Leave::leave);
    parts.races().expectsOtherwise(last.key);
    over(why.reason().name(), String.valueOf(why.getMessage()));
    answer();
  }

  /** Lets go of all units; those who wait are to be told without the lock. */
  private List<Races.Leave> drop() {
    List<Races.Leave> leaves = new ArrayList<>();
    for (Unit unit : units) {
      unit.close().ifPresent(leaves::add);
    }
    units.clear();
    return leaves;
  }

  private void over(String ending, String detail) {
    trace.ended(ending, detail, parts.now());
    parts.metrics().readEnded(ending, trace.deliveredBytes(), trace.firstDelivered());
    parts.onEnded().accept(this);
  }

  /** Hands the next piece to who asked for one, if it is here or never will be. */
  private void answer() {
    CompletableFuture<Optional<VerifiedBytes>> answer;
    Optional<VerifiedBytes> piece = Optional.empty();
    RetrievalException why = null;
    boolean isLast = false;
    Future<?> timer;
    synchronized (this) {
      answer = asked;
      if (answer == null) {
        return;
      }
      if (failure != null) {
        why = failure;
      } else if (isEnded) {
        isLast = true;
      } else {
        Unit head = units.peek();
        if (head == null) {
          // Ahead of the first slice, or behind the last.
          if (nextSlice < slices.size()) {
            return;
          }
          isEnded = true;
          isLast = true;
        } else if (head.failure().isPresent()) {
          why = head.failure().get();
        } else if (!head.isHere()) {
          return;
        } else {
          piece = Optional.of(take(head));
          // The last piece is the end: not every reader asks once more.
          isLast = units.isEmpty() && nextSlice == slices.size();
          isEnded = isLast;
        }
      }
      if (why == null || failure != null) {
        asked = null;
      }
      timer = deadline;
      deadline = null;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    if (why != null && failure == null) {
      end(why);
      return;
    }
    if (isLast) {
      finish();
    }
    if (piece.isPresent()) {
      fetchAhead();
      VerifiedBytes bytes = piece.get();
      if (!answer.complete(piece)) {
        bytes.close();
      }
    } else if (why != null) {
      answer.completeExceptionally(why);
    } else {
      answer.complete(Optional.empty());
    }
  }

  private void finish() {
    synchronized (this) {
      if (isFinished) {
        return;
      }
      isFinished = true;
    }
    over(Trace.DELIVERED, "");
  }

  /** Takes the next piece off the first unit. */
  private VerifiedBytes take(Unit head) {
    int length = Math.min(options.maxPieceBytes(), head.slice.length() - takenOfHead);
    if (takenOfHead > 0 && head.isInMemory()) {
      // By now it should be cached: room for others.
      parts.cache().find(name(head.slice)).ifPresent(head::moveTo);
    }
    ByteBuf bytes = head.piece(takenOfHead, length);
    VerifiedBytes piece = new VerifiedBytes(head.slice.fileOffset() + takenOfHead, bytes);
    takenOfHead += length;
    String from = head.from;
    if (from.equals("CACHE")) {
      parts.cachedBytes().add(length);
    }
    if (takenOfHead == head.slice.length()) {
      units.remove();
      aheadBytes -= head.slice.length();
      takenOfHead = 0;
      var unused = head.close();
    }
    long now = parts.now();
    if (!hasDelivered) {
      hasDelivered = true;
      trace.reached(Phase.FIRST_VERIFIED, now);
      trace.reached(Phase.FIRST_DELIVERED, now);
    }
    trace.delivered(from, length);
    handedBytes = length;
    handedNanos = now;
    return piece;
  }

  private FragmentName name(ColumnSlice slice) {
    return new FragmentName(
        file.manifest().fid(), slice.segment(), slice.column(), slice.fragmentIn(file.manifest()));
  }

  /** Begins to fetch what is to be on its way by now. */
  private void fetchAhead() {
    while (true) {
      Unit unit;
      Rest of;
      synchronized (this) {
        if (isEnded || nextSlice >= slices.size()) {
          return;
        }
        boolean isFirst = units.isEmpty();
        // What the reader has left of the first unit counts as fetched.
        if (!isFirst && aheadBytes - takenOfHead >= ahead.bytes()) {
          return;
        }
        ColumnSlice slice = slices.get(nextSlice);
        unit = new Unit(slice, slice.fragmentIn(file.manifest()), parts.now());
        if (rest.key.segment() != slice.segment()) {
          rest = restFrom(nextSlice);
        }
        of = rest;
        nextSlice++;
        units.add(unit);
        aheadBytes += slice.length();
      }
      begin(unit, of);
    }
  }

  /** All that is to be wanted of the segment whose first slice is given. */
  private Rest restFrom(int first) {
    int segment = slices.get(first).segment();
    int mask = 0;
    for (int i = first; i < slices.size() && slices.get(i).segment() == segment; i++) {
      mask |= 1 << slices.get(i).column();
    }
    return new Rest(
        Race.Key.whole(file.manifest().fid(), segment), new Expectation(new Columns(mask)));
  }

  private void begin(Unit unit, Rest of) {
    ColumnSlice slice = unit.slice;
    if (unit.hash.isZero()) {
      leaveOut(slice, of);
      arrived(unit, () -> unit.put(RaceParts.zeros(Layout.FRAGMENT_BYTES), 0, "ZERO"));
      return;
    }
    Optional<CachedFragment> cached = parts.cache().find(name(slice));
    parts.metrics().cacheLookup(cached.isPresent());
    if (cached.isPresent()) {
      leaveOut(slice, of);
      if (!arrived(unit, () -> unit.put(cached.get(), "CACHE"))) {
        cached.get().close();
      }
      return;
    }
    if (slice.length() <= MAX_PART_BYTES && parts.trees().find(unit.hash).isPresent()) {
      leaveOut(slice, of);
      int first = slice.offset() / ChunkTree.CHUNK_BYTES * ChunkTree.CHUNK_BYTES;
      int end =
          (slice.end() + ChunkTree.CHUNK_BYTES - 1) / ChunkTree.CHUNK_BYTES * ChunkTree.CHUNK_BYTES;
      Race.Key part = new Race.Key(file.manifest().fid(), slice.segment(), first, end - first);
      wait(unit, part, Expectation.NOTHING, true);
    } else {
      wait(unit, of.key, of.columns, false);
    }
  }

  /** A slice needs no race for whole columns. */
  private void leaveOut(ColumnSlice slice, Rest of) {
    of.columns.without(slice.column());
    parts.races().expectsOtherwise(of.key);
  }

  private void wait(Unit unit, Race.Key key, Expectation soon, boolean orWhole) {
    Races.Leave leave =
        parts
            .races()
            .want(
                key,
                file,
                unit.slice.column(),
                soon,
                new Waiter() {
                  @Override
                  public void onBytes(ByteBuf bytes, String from) {
                    FileRead.this.onBytes(unit, bytes, key.offset(), from);
                  }

                  @Override
                  public void onMemoryShort() {
                    giveWay(unit);
                  }

                  @Override
                  public void onFailure(RetrievalException why) {
                    boolean mayDoWhole =
                        orWhole
                            && switch (why.reason()) {
                              case NO_SOURCE, ALL_SOURCES_LIED, BROKEN_FILE -> true;
                              default -> false;
                            };
                    if (mayDoWhole) {
                      FileRead.this.wait(
                          unit,
                          Race.Key.whole(key.fid(), key.segment()),
                          Expectation.NOTHING,
                          false);
                    } else {
                      arrived(unit, () -> unit.fail(why));
                    }
                  }

                  @Override
                  public boolean isForPart() {
                    return unit.slice.length() <= MAX_PART_BYTES;
                  }

                  @Override
                  public TraceLog trace() {
                    return trace;
                  }
                });
    boolean isLeft;
    synchronized (this) {
      isLeft = unit.isClosed();
      if (!isLeft && !unit.isHere()) {
        unit.waitsAs(leave, key.isWhole());
      }
    }
    if (isLeft) {
      leave.leave();
    }
  }

  private void onBytes(Unit unit, ByteBuf bytes, int offset, String from) {
    if (!arrived(unit, () -> unit.put(bytes, offset, from))) {
      bytes.release();
    }
  }

  /** Changes a unit if it is still wanted. Returns whether it is. */
  private boolean arrived(Unit unit, Runnable change) {
    synchronized (this) {
      if (unit.isClosed()) {
        return false;
      }
      change.run();
      ahead.onUnit(parts.now() - unit.askedNanos);
    }
    answer();
    return true;
  }

  /**
   * Drops all that is fetched or held ahead, if it is the head that memory is short for: what is
   * behind it may be just the memory it takes, and would never be read.
   */
  private void giveWay(Unit unit) {
    List<Races.Leave> leaves = new ArrayList<>();
    Rest dropped;
    synchronized (this) {
      if (isEnded || units.size() < 2 || units.peek() != unit) {
        return;
      }
      nextSlice -= units.size() - 1;
      while (units.size() > 1) {
        units.removeLast().close().ifPresent(leaves::add);
      }
      aheadBytes = unit.slice.length();
      dropped = rest;
      dropped.columns.end();
      rest = restFrom(nextSlice);
    }
    leaves.forEach(Races.Leave::leave);
    parts.races().expectsOtherwise(dropped.key);
    parts.metrics().gaveWay();
  }

  /** The range that is read. */
  public ByteRange range() {
    return ByteRange.between(
        slices.get(0).fileOffset(), slices.get(slices.size() - 1).fileRange().end());
  }
}
