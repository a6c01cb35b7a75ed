package io.tributary.retriever.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.retriever.engine.trace.Trace;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of real dev miners: right bytes or a right error, and never a wrong byte. */
class DevMinerFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(EngineKit.PATIENCE_SECONDS);
  private static final byte[] CONTENT = new byte[20_000_000];

  @TempDir private static Path directory;

  private static final FaultMatrix MATRIX = new FaultMatrix("miners");

  private static Optional<DevMiners> started = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    new SplittableRandom(9).nextBytes(CONTENT);
    started = Optional.of(new DevMiners(directory, CONTENT));
  }

  @AfterAll
  static void stop() throws Exception {
    started.orElseThrow().close();
    MATRIX.write();
  }

  private static DevMiners miners() {
    return started.orElseThrow();
  }

  @AfterEach
  void clearFaults() throws Exception {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners().miner(column).clearFault();
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(Fault.Kind.SLOW, 64 << 10),
        new Fault(Fault.Kind.STALL, 0),
        new Fault(Fault.Kind.STALL, 1 << 20),
        Fault.of(Fault.Kind.TRICKLE),
        new Fault(Fault.Kind.CLOSE_MID_BODY, 0),
        Fault.of(Fault.Kind.WRONG_BYTES),
        Fault.of(Fault.Kind.OTHER_FRAGMENT),
        Fault.of(Fault.Kind.ONE_BYTE_TOO_MANY),
        new Fault(Fault.Kind.HTTP_5XX, 503),
        Fault.of(Fault.Kind.BODY_CODE_500),
        Fault.of(Fault.Kind.DOWN));
  }

  /** Reads all; only right bytes count. */
  private static long read(VerifiedStream stream) {
    long offset = 0;
    while (true) {
      Optional<VerifiedBytes> next = EngineKit.get(stream.next());
      if (next.isEmpty()) {
        return offset;
      }
      try (VerifiedBytes piece = next.get()) {
        ByteBuffer expected = ByteBuffer.wrap(CONTENT, (int) offset, piece.length());
        assertThat(piece.buf().nioBuffer().equals(expected)).as("bytes at %d", offset).isTrue();
        offset += piece.length();
      }
    }
  }

  /** Reads all, and again when more is known of the miners. */
  private static void readTwice(RacingEngine engine, String fault) {
    for (int number = 1; number <= 2; number++) {
      VerifiedStream stream = readAll(engine);
      assertThat(read(stream)).isEqualTo(CONTENT.length);
      Trace trace = engine.trace(stream.traceId()).orElseThrow();
      assertThat(trace.ending()).isEqualTo(Trace.DELIVERED);
      MATRIX.add(fault, number, trace);
      // Else the next would find what is kept for it.
      await().atMost(PATIENCE).until(() -> engine.status().races() == 0);
    }
  }

  private static VerifiedStream readAll(RacingEngine engine) {
    FileView view = EngineKit.get(engine.open(miners().record().manifest().fid()));
    return engine.read(view, ByteRange.whole(view.storedBytes()), ReadOptions.defaults());
  }

  @Test
  void allWell_rightBytes() {
    try (RacingEngine engine = miners().engine()) {
      readTwice(engine, "none");
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void twoOfTheDataColumnsFaulty_rightBytes(Fault fault) throws Exception {
    miners().miner(0).setFault(FaultRule.always(fault));
    miners().miner(2).setFault(FaultRule.always(fault));
    try (RacingEngine engine = miners().engine()) {
      readTwice(engine, "two of four: " + fault);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(engine.status().heldBytes()).isZero());
    }
  }

  @Test
  void eightOfTwelveDown_rightBytes() throws Exception {
    for (int column = 0; column < 8; column++) {
      miners().miner(column).setFault(FaultRule.always(Fault.of(Fault.Kind.DOWN)));
    }
    try (RacingEngine engine = miners().engine()) {
      readTwice(engine, "eight of twelve: DOWN");
    }
  }

  @Test
  void allDown_isNoSource() throws Exception {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners().miner(column).setFault(FaultRule.always(Fault.of(Fault.Kind.DOWN)));
    }
    try (RacingEngine engine = miners().engine()) {
      assertThat(EngineKit.reason(readAll(engine).next())).isEqualTo(RetrievalReason.NO_SOURCE);
    }
  }

  @Test
  void allLie_isAllSourcesLied() throws Exception {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners().miner(column).setFault(FaultRule.always(Fault.of(Fault.Kind.WRONG_BYTES)));
    }
    try (RacingEngine engine = miners().engine()) {
      assertThat(EngineKit.reason(readAll(engine).next()))
          .isEqualTo(RetrievalReason.ALL_SOURCES_LIED);
    }
  }

  @Test
  void readerGone_nothingIsFetchedAnyMore() throws Exception {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners().miner(column).setFault(FaultRule.always(new Fault(Fault.Kind.SLOW, 1 << 20)));
    }
    try (RacingEngine engine = miners().engine()) {
      VerifiedStream stream = readAll(engine);
      CompletableFuture<?> next = stream.next();
      await().atMost(PATIENCE).until(() -> engine.status().fetches() > 0);
      stream.cancel();
      assertThat(EngineKit.reason(next)).isEqualTo(RetrievalReason.CANCELLED);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(engine.status().fetches()).isZero();
                assertThat(engine.status().heldBytes()).isZero();
              });
    }
  }
}
