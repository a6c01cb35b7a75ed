package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.cache.MemoryFragmentCache;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.TraceId;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges that need no read. */
class CachedReadsTest {
  private static final TestFile FILE = TestFile.of(5, 3 * Layout.FRAGMENT_BYTES - 1000);
  private static final Fid FID = FILE.record().manifest().fid();

  private final EngineKit kit = new EngineKit();
  private final ScriptedSources cachers =
      new ScriptedSources(FILE, kit.sources, SourceKind.HOME, 1, true);
  private final MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);
  private final RacingEngine engine = kit.start(cache, EngineSettings.defaults(), cachers);

  @BeforeEach
  void readAll() {
    kit.knows(FILE.record());
    EngineKit.get(engine.open(FID));
    EngineKit.readAll(engine, FILE, 0, FILE.size());
    kit.settle();
    assertThat(cache.heldBytes()).isEqualTo(3L * Layout.FRAGMENT_BYTES);
  }

  @AfterEach
  void close() {
    kit.close();
    cache.close();
  }

  private boolean isThere(long offset, long length) {
    var found = engine.cached(FID, new ByteRange(offset, length));
    found.ifPresent(CachedRange::close);
    return found.isPresent();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anyRangeInsideAFragment_isExact(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      int offset = random.nextInt(FILE.size());
      int inFragment = Layout.FRAGMENT_BYTES - offset % Layout.FRAGMENT_BYTES;
      int most = Math.min(1 << 16, Math.min(inFragment, FILE.size() - offset));
      int length = 1 + random.nextInt(most);
      try (CachedRange range = engine.cached(FID, new ByteRange(offset, length)).orElseThrow()) {
        assertThat(range.bytes().readableBytes()).isEqualTo(length);
        assertThat(FILE.has(offset, range.bytes().nioBuffer()))
            .as("seed %d, %d bytes at %d", seed, length, offset)
            .isTrue();
      }
    }
  }

  @Test
  void whatTakesARead_isNotThere() {
    int edge = Layout.FRAGMENT_BYTES;
    assertThat(isThere(edge - 10, 10)).isTrue();
    assertThat(isThere(edge - 10, 11)).as("over two fragments").isFalse();
    assertThat(isThere(FILE.size() - 5, 5)).isTrue();
    assertThat(isThere(FILE.size() - 5, 6)).as("past the end").isFalse();
    assertThat(isThere(1L << 50, 5)).as("far past the end").isFalse();
    cache.evict(FILE.hash(0, 1));
    assertThat(isThere(edge, 10)).as("evicted").isFalse();
    assertThat(isThere(0, 10)).isTrue();
    kit.time.advance(EngineSettings.defaults().files().recordFor());
    assertThat(isThere(0, 10)).as("a record that is not believed any more").isFalse();
    EngineKit.get(engine.open(FID));
    assertThat(isThere(0, 10)).isTrue();
    engine.close();
    assertThat(isThere(0, 10)).as("closed").isFalse();
  }

  @Test
  void rangeThatIsDelivered_countsAsARead_andHasATrace() {
    long before = engine.status().cachedBytes();
    TraceId name = new TraceId(77);
    try (CachedRange range = engine.cached(FID, new ByteRange(100, 50)).orElseThrow()) {
      assertThat(engine.trace(name)).isEmpty();
      assertThat(range.delivered(name)).isEqualTo(Duration.ZERO);
    }
    assertThat(engine.status().cachedBytes()).isEqualTo(before + 50);
    Trace trace = engine.trace(name).orElseThrow();
    assertThat(trace.id()).isEqualTo(name.toString());
    assertThat(trace.fid()).isEqualTo(FID.toHex());
    assertThat(trace.ending()).isEqualTo(Trace.DELIVERED);
    assertThat(trace.deliveredBytes()).isEqualTo(50);
    assertThat(trace.bytesBySource()).isEqualTo(Map.of("CACHE", 50L));
    assertThat(trace.asks()).isEmpty();
  }
}
