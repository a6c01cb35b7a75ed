package io.tributary.retriever.engine.read;

import io.netty.buffer.ByteBuf;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.retriever.engine.CachedRange;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.file.FileBook;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.Trace.Plan;
import io.tributary.retriever.engine.trace.TraceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Reads that need nobody: ranges inside one fragment, of a file that is known, which the cache has.
 * They come by the ten thousand a second, so they are spared what a read is made of otherwise.
 * Their traces are put together when somebody asks for them. Thread-safe.
 *
 * @param book the files that are known
 * @param parts what all reads share
 * @param traces remembers traces
 */
public record CachedReads(
    FileBook book, ReadParts parts, BiConsumer<TraceId, Supplier<Trace>> traces) {
  private static final String FROM = "CACHE";

  /** Pins a range; empty if it takes a read to have it. */
  public Optional<CachedRange> find(Fid fid, ByteRange range) {
    int offset = (int) (range.offset() % Layout.FRAGMENT_BYTES);
    if (offset + range.length() > Layout.FRAGMENT_BYTES) {
      return Optional.empty();
    }
    return book.known(fid).flatMap(record -> find(record, range, offset));
  }

  private Optional<CachedRange> find(FileRecord record, ByteRange range, int offset) {
    FileView file = FileView.of(record);
    if (range.end() > file.storedBytes()) {
      return Optional.empty();
    }
    int fragment = (int) (range.offset() / Layout.FRAGMENT_BYTES);
    int segment = fragment / Layout.DATA_COLUMNS;
    int column = fragment % Layout.DATA_COLUMNS;
    FragmentHash hash = record.manifest().fragment(segment, column);
    long beganNanos = parts.now();
    return parts
        .cache()
        .pin(new FragmentName(file.fid(), segment, column, hash))
        .map(
            pinned ->
                new Found(
                    file,
                    range,
                    segment,
                    pinned,
                    pinned.slice(offset, (int) range.length()),
                    beganNanos));
  }

  /** A range under its pin. */
  private final class Found implements CachedRange {
    private final FileView file;
    private final ByteRange range;
    private final int segment;
    private final CachedFragment pinned;
    private final ByteBuf bytes;
    private final long beganNanos;

    Found(
        FileView file,
        ByteRange range,
        int segment,
        CachedFragment pinned,
        ByteBuf bytes,
        long beganNanos) {
      this.file = file;
      this.range = range;
      this.segment = segment;
      this.pinned = pinned;
      this.bytes = bytes;
      this.beganNanos = beganNanos;
    }

    @Override
    public FileView file() {
      return file;
    }

    @Override
    public ByteBuf bytes() {
      return bytes;
    }

    @Override
    public Duration delivered(TraceId name) {
      Duration took = Duration.ofNanos(parts.now() - beganNanos);
      long atMillis = parts.runtime().clock().millis();
      Delivery delivery =
          new Delivery(name, file.fid(), range, segment, atMillis, took.toNanos() / 1000);
      traces.accept(name, delivery);
      parts.cachedBytes().add(range.length());
      parts.metrics().cacheLookup(true);
      parts.metrics().readEnded(Trace.DELIVERED, range.length(), took);
      return took;
    }

    @Override
    public void close() {
      bytes.release();
      pinned.close();
    }
  }

  /** All there is to say of such a read. */
  private record Delivery(
      TraceId id, Fid fid, ByteRange range, int segment, long atMillis, long micros)
      implements Supplier<Trace> {
    @Override
    public Trace get() {
      return new Trace(
          id.toString(),
          fid.toHex(),
          atMillis,
          range.offset(),
          range.length(),
          Trace.DELIVERED,
          "",
          range.length(),
          new Plan(segment, 1, 1),
          List.of(),
          0,
          Map.of(Phase.FIRST_VERIFIED, micros, Phase.FIRST_DELIVERED, micros, Phase.ENDED, micros),
          Map.of(FROM, range.length()),
          0);
    }
  }
}
