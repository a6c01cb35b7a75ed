package io.tributary.retriever.node;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.content.AccountId;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.retriever.engine.CachedRange;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.EngineStatus;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.VerifiedBytes;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.TraceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An engine whose files are in memory, and which fails as told. */
public final class MemoryEngine implements Engine {
  /** Owns all files. */
  public static final AccountId OWNER = AccountId.of(Digest.of(new byte[32]).toBytes());

  /**
   * Another owner of a file.
   *
   * @param account who
   * @param name what they call it
   */
  public record Owned(AccountId account, String name) {}

  private static final class Held {
    private final FileView view;
    private final byte[] stored;

    Held(FileView view, byte[] stored) {
      this.view = view;
      this.stored = stored;
    }
  }

  /** Reads that were cancelled or closed. */
  public final AtomicInteger cancelled = new AtomicInteger();

  /** Bytes that were handed out. */
  public final AtomicLong readBytes = new AtomicLong();

  /** Whether it is as if all files were in its cache. */
  public volatile boolean hasAllCached;

  /** Ranges that were found cached, and delivered. */
  public final AtomicInteger cachedReads = new AtomicInteger();

  /** Ranges that were found cached, and let go of. */
  public final AtomicInteger closedRanges = new AtomicInteger();

  /** Failing reads begin to fail after so many bytes of each. */
  public volatile long failAfterBytes = Long.MAX_VALUE;

  /** When they do. */
  public volatile CompletableFuture<Boolean> failsWhen = CompletableFuture.completedFuture(true);

  /** Why they fail. */
  public volatile RetrievalReason failsWith = RetrievalReason.NO_SOURCE;

  /** Whom all reads asked, by their traces. */
  public volatile List<Trace.Ask> asks = List.of();

  /** How all reads ended, by their traces. */
  public volatile String ending = Trace.DELIVERED;

  /** Changes one bit of what it hands out, as a faulty node would. */
  public volatile boolean lies;

  private final Map<Fid, Held> files = new ConcurrentHashMap<>();
  private final Map<TraceId, Trace> traces = new ConcurrentHashMap<>();
  private final AtomicLong traceBits = new AtomicLong(1);

  /**
   * Adds a file.
   *
   * @param name what its owner calls it
   * @param sizeBytes as the chain states it
   * @param stored its bytes as they are stored, without the padding of the last segment
   * @param others who own it too
   */
  public Fid add(String name, long sizeBytes, byte[] stored, Owned... others) {
    List<Manifest.Segment> segments = new ArrayList<>();
    List<List<Placement.Seat>> seats = new ArrayList<>();
    for (int at = 0; at < stored.length; at += Layout.SEGMENT_BYTES) {
      byte[] padded = Arrays.copyOfRange(stored, at, at + Layout.SEGMENT_BYTES);
      segments.add(
          new Manifest.Segment(
              new SegmentHash(Sha256.of(padded)),
              Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO)));
      seats.add(Collections.nCopies(Layout.COLUMNS, new Placement.Seat(OWNER, true)));
    }
    Manifest manifest = Manifest.of(FidRule.MERKLE, sizeBytes, segments);
    List<FileRecord.Owner> owners = new ArrayList<>();
    owners.add(new FileRecord.Owner(OWNER, name, "land"));
    for (Owned other : others) {
      owners.add(new FileRecord.Owner(other.account(), other.name(), "land"));
    }
    FileView view =
        FileView.of(new FileRecord(manifest, new Placement(seats), FileState.ACTIVE, owners));
    files.put(manifest.fid(), new Held(view, stored));
    return manifest.fid();
  }

  /** Answers questions for a file with another. */
  public void poseAs(Fid asked, Fid answered) {
    files.put(asked, Optional.ofNullable(files.get(answered)).orElseThrow());
  }

  @Override
  public CompletableFuture<FileView> open(Fid fid) {
    Held held = files.get(fid);
    return held == null
        ? CompletableFuture.failedFuture(
            new RetrievalException(RetrievalReason.UNKNOWN_FILE, "not on the chain"))
        : CompletableFuture.completedFuture(held.view);
  }

  private Trace traceOf(TraceId id, FileView file, ByteRange range) {
    return new Trace(
        id.toString(),
        file.fid().toHex(),
        0,
        range.offset(),
        range.length(),
        ending,
        "",
        range.length(),
        new Trace.Plan(0, 1, 1),
        asks,
        0,
        Map.of(
            Trace.Phase.FIRST_VERIFIED,
            1500L,
            Trace.Phase.FIRST_DELIVERED,
            1500L,
            Trace.Phase.ENDED,
            1500L),
        Map.of("CACHE", range.length()),
        0);
  }

  @Override
  public VerifiedStream read(FileView file, ByteRange range, ReadOptions options) {
    Held held = files.get(file.fid());
    if (held == null || range.end() > file.storedBytes()) {
      throw new IllegalArgumentException("no such bytes");
    }
    TraceId id = new TraceId(traceBits.getAndIncrement());
    traces.put(id, traceOf(id, file, range));
    return new VerifiedStream() {
      private long at = range.offset();

      @Override
      public CompletableFuture<Optional<VerifiedBytes>> next() {
        if (at - range.offset() >= failAfterBytes) {
          return failsWhen.thenCompose(
              now ->
                  CompletableFuture.failedFuture(
                      new RetrievalException(failsWith, "as the test wants it")));
        }
        int length = (int) Math.min(options.maxPieceBytes(), range.end() - at);
        if (length == 0) {
          return CompletableFuture.completedFuture(Optional.empty());
        }
        byte[] piece = Arrays.copyOfRange(held.stored, (int) at, (int) at + length);
        if (lies) {
          piece[length / 2] ^= 1;
        }
        VerifiedBytes bytes = new VerifiedBytes(at, Unpooled.wrappedBuffer(piece));
        at += length;
        readBytes.addAndGet(length);
        return CompletableFuture.completedFuture(Optional.of(bytes));
      }

      @Override
      public void cancel() {
        cancelled.incrementAndGet();
      }

      @Override
      public TraceId traceId() {
        return id;
      }
    };
  }

  @Override
  public Optional<CachedRange> cached(Fid fid, ByteRange range) {
    Held held = files.get(fid);
    if (!hasAllCached || held == null || range.end() > held.view.storedBytes()) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOfRange(held.stored, (int) range.offset(), (int) range.end());
    return Optional.of(
        new CachedRange() {
          @Override
          public FileView file() {
            return held.view;
          }

          @Override
          public ByteBuf bytes() {
            return Unpooled.wrappedBuffer(bytes);
          }

          @Override
          public Duration delivered(TraceId name) {
            cachedReads.incrementAndGet();
            traces.put(name, traceOf(name, held.view, range));
            return Duration.ofNanos(1_500_000);
          }

          @Override
          public void close() {
            closedRanges.incrementAndGet();
          }
        });
  }

  @Override
  public Optional<Trace> trace(TraceId id) {
    return Optional.ofNullable(traces.get(id));
  }

  @Override
  public EngineStatus status() {
    return new EngineStatus(0, 0, 0, 0, 1, 0, 0, 0, 0, files.size(), 0, false);
  }

  @Override
  public void close() {}
}
