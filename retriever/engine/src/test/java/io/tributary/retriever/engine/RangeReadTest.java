package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.Placement;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.ScriptedSources.Does;
import io.tributary.retriever.engine.cache.MemoryFragmentCache;
import io.tributary.retriever.engine.chunk.ChunkTree;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of fragments, hot, and after they were evicted. */
class RangeReadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(EngineKit.PATIENCE_SECONDS);
  private static final TestFile FILE = TestFile.ofOneSegment();

  private final EngineKit kit = new EngineKit();
  private final ScriptedSources cachers =
      new ScriptedSources(FILE, kit.sources, SourceKind.HOME, 1, true);
  private final MemoryFragmentCache cache = new MemoryFragmentCache(64 << 20);

  @AfterEach
  void close() {
    kit.close();
    cache.close();
  }

  private RacingEngine start() {
    return kit.start(cache, EngineSettings.defaults(), cachers);
  }

  /** Reads all, so that the chunk trees are known, and forgets the fragments. */
  private RacingEngine startWithTrees() {
    RacingEngine engine = start();
    EngineKit.readAll(engine, FILE, 0, FILE.size());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(engine.status().chunkTrees()).isEqualTo(4);
              assertThat(engine.status().races()).isZero();
            });
    for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
      cache.evict(FILE.hash(0, column));
    }
    cachers.questions.clear();
    return engine;
  }

  private static List<Long> askedBytes(ScriptedSources sources) {
    return sources.questions.stream().map(question -> question.range.length()).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyRange_hot_isExact_andAsksNobody(long seed) {
    RacingEngine engine = start();
    EngineKit.readAll(engine, FILE, 0, FILE.size());
    await().atMost(PATIENCE).until(() -> cache.heldBytes() == FILE.size());
    cachers.questions.clear();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      int offset = random.nextInt(FILE.size());
      int length = Math.min(1 + random.nextInt(i % 10 == 0 ? 3 << 20 : 9000), FILE.size() - offset);
      assertThat(EngineKit.readAll(engine, FILE, offset, length))
          .as("seed %d", seed)
          .isEqualTo(length);
    }
    assertThat(cachers.questions).isEmpty();
    assertThat(engine.status().cachedBytes()).isPositive();
  }

  @Test
  void smallRange_ofEvictedFragment_costsItsChunks() {
    RacingEngine engine = startWithTrees();
    long offset = Layout.FRAGMENT_BYTES + 100_000;
    assertThat(EngineKit.readAll(engine, FILE, offset, 4096)).isEqualTo(4096);
    assertThat(askedBytes(cachers)).containsExactly((long) ChunkTree.CHUNK_BYTES);
  }

  @Test
  void rangeOverTwoColumns_costsTheChunksOfBoth() {
    RacingEngine engine = startWithTrees();
    long offset = Layout.FRAGMENT_BYTES - 10;
    assertThat(EngineKit.readAll(engine, FILE, offset, 20)).isEqualTo(20);
    assertThat(askedBytes(cachers))
        .containsExactly((long) ChunkTree.CHUNK_BYTES, (long) ChunkTree.CHUNK_BYTES);
  }

  @ParameterizedTest
  @EnumSource(
      value = Does.class,
      names = {"MISS", "FAIL", "LIE", "SEND_OTHER", "SEND_TOO_MUCH"})
  void columnGone_sameRangeOfFourOthersIsDecoded(Does fault) {
    RacingEngine engine = startWithTrees();
    cachers.does(fault, 1);
    long offset = Layout.FRAGMENT_BYTES + 3 * ChunkTree.CHUNK_BYTES + 17;
    assertThat(EngineKit.readAll(engine, FILE, offset, 200)).isEqualTo(200);
    assertThat(askedBytes(cachers)).hasSize(5).containsOnly((long) ChunkTree.CHUNK_BYTES);
  }

  @Test
  void columnLate_sameRangeOfFourOthersIsDecoded() {
    RacingEngine engine = startWithTrees();
    cachers.does(Does.HOLD, 1);
    long offset = Layout.FRAGMENT_BYTES + 5;
    VerifiedStream stream =
        engine.read(FILE.view(), new ByteRange(offset, 10), ReadOptions.defaults());
    assertThat(kit.passTimeUntil(kit.reading(FILE, stream, offset).bytes())).isEqualTo(10);
    // Four others, and a spare: too little was seen of anybody yet.
    assertThat(askedBytes(cachers)).hasSize(6).containsOnly((long) ChunkTree.CHUNK_BYTES);
    await().atMost(PATIENCE).until(() -> cachers.questions.get(0).isCancelled());
  }

  @Test
  void othersLieToo_wholeFragmentsAreReadInstead() {
    RacingEngine engine = startWithTrees();
    // Column 1 is gone, and of the parts of the others, whose own trees are not known, some lie.
    cachers.does(Does.MISS, 1).does(Does.LIE, 4, 5, 6);
    long offset = Layout.FRAGMENT_BYTES + 5;
    assertThat(EngineKit.readAll(engine, FILE, offset, 10)).isEqualTo(10);
  }

  @Test
  void fragmentNeverSeen_isReadWholeFirst() {
    RacingEngine engine = start();
    assertThat(EngineKit.readAll(engine, FILE, 5, 10)).isEqualTo(10);
    assertThat(askedBytes(cachers)).containsExactly((long) Layout.FRAGMENT_BYTES);
  }

  @Test
  void sourcesWithoutRanges_wholeFragmentAgain() {
    ScriptedSources miners = new ScriptedSources(FILE, kit.sources, SourceKind.MINER, 1, false);
    RacingEngine engine = kit.start(cache, EngineSettings.defaults(), miners);
    EngineKit.readAll(engine, FILE, 0, FILE.size());
    await().atMost(PATIENCE).until(() -> engine.status().chunkTrees() == 4);
    cache.evict(FILE.hash(0, 0));
    assertThat(EngineKit.readAll(engine, FILE, 5, 10)).isEqualTo(10);
  }

  @Test
  void rangeOfMoreThanFiveGibibytes_isExact() {
    int segments = 200;
    Manifest.Segment zeros =
        new Manifest.Segment(
            new SegmentHash(Sha256.of(new byte[Layout.SEGMENT_BYTES])),
            Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO));
    Manifest manifest =
        Manifest.of(
            FidRule.MERKLE, Layout.segmentOffset(segments), Collections.nCopies(segments, zeros));
    List<Placement.Seat> nowhere =
        Collections.nCopies(Layout.COLUMNS, new Placement.Seat(TestFile.account(1), true));
    FileView file =
        FileView.of(
            new FileRecord(
                manifest,
                new Placement(Collections.nCopies(segments, nowhere)),
                FileState.ACTIVE,
                List.of()));
    ByteRange range = new ByteRange(12_345, (6L << 30) + 7);
    try (VerifiedStream stream = start().read(file, range, ReadOptions.defaults())) {
      long at = range.offset();
      for (var piece = EngineKit.get(stream.next());
          piece.isPresent();
          piece = EngineKit.get(stream.next())) {
        assertThat(piece.get().fileOffset()).isEqualTo(at);
        at += piece.get().length();
        piece.get().close();
      }
      assertThat(at).isEqualTo(range.end());
    }
    assertThat(cachers.questions).isEmpty();
  }

  @Test
  void range_pastTheEnd_isRefused() {
    RacingEngine engine = start();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                engine.read(
                    FILE.view(), new ByteRange(FILE.size() - 1, 2), ReadOptions.defaults()));
  }
}
