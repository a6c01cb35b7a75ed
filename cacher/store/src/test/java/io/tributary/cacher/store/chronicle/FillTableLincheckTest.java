package io.tributary.cacher.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoredFragment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.ThreadIdGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads reserve, fill, pin and evict one fragment of a real store in a real file at once:
 * whatever they are told must be what some order of their calls would have told them, bytes under a
 * pin are the fragment's as long as it is open, and nothing is left behind.
 *
 * <p>More with {@code -Dtributary.lincheck.scenarios=500}, as nightly.
 */
public final class FillTableLincheckTest {
  private static final int SCENARIOS = Integer.getInteger("tributary.lincheck.scenarios", 5);
  private static final int INVOCATIONS = 300;
  private static final int MAX_THREADS = 8;
  private static final int LENGTH = 100;
  private static final Sample SAMPLE = Sample.of(1, LENGTH);

  /** The others fill what is given back, at once: then a pin on it sees other bytes. */
  private static final Sample INTRUDER = Sample.of(2, LENGTH);

  /** Room for the fragment and its intruder alone, so that what is freed is what is taken next. */
  private static final Geometry GEOMETRY = new Geometry(LENGTH, 4096, 64, 2);

  @TempDir private static Path directory = Path.of("");

  private static Optional<ChronicleFragmentStore> opened = Optional.empty();

  /** What the scenario before has left to be cleared away. */
  private static final AtomicReference<Optional<FillTableLincheckTest>> LAST =
      new AtomicReference<>(Optional.empty());

  private final ChronicleFragmentStore store = opened.orElseThrow();
  private final List<Deque<Fill>> fills = new ArrayList<>();
  private final List<Deque<Pin>> pins = new ArrayList<>();

  /** What was left of the scenario before goes, and then nothing may be left. */
  public FillTableLincheckTest() {
    LAST.getAndSet(Optional.of(this)).ifPresent(FillTableLincheckTest::end);
    for (int i = 0; i < MAX_THREADS; i++) {
      fills.add(new ArrayDeque<>());
      pins.add(new ArrayDeque<>());
    }
  }

  private void end() {
    fills.forEach(each -> each.forEach(Fill::abort));
    pins.forEach(each -> each.forEach(Pin::close));
    store.fragments().forEach(StoredFragment::remove);
    assertThat(store.occupancy()).isEqualTo(new Occupancy(GEOMETRY.capacityBytes(), 0, 0, 0, 0, 0));
  }

  @Operation
  public String reserve(@Param(gen = ThreadIdGen.class) int thread) {
    Reservation answer = store.reserve(SAMPLE.hash(), LENGTH);
    if (answer instanceof Reservation.Granted granted) {
      fills.get(thread % MAX_THREADS).add(granted.fill());
      return "GRANTED";
    }
    return ((Reservation.Refused) answer).why().name();
  }

  /** Writes what is missing and completes a fill of this thread, if it has one. */
  @Operation
  public boolean complete(@Param(gen = ThreadIdGen.class) int thread) {
    Fill fill = fills.get(thread % MAX_THREADS).poll();
    if (fill == null) {
      return false;
    }
    fill.write(SAMPLE.buffer());
    assertThat(fill.complete()).isInstanceOf(Fill.Completion.Stored.class);
    return true;
  }

  @Operation
  public boolean abort(@Param(gen = ThreadIdGen.class) int thread) {
    Fill fill = fills.get(thread % MAX_THREADS).poll();
    if (fill == null) {
      return false;
    }
    fill.abort();
    return true;
  }

  @Operation
  public boolean pin(@Param(gen = ThreadIdGen.class) int thread) {
    Optional<Pin> pin =
        store.fragments().stream()
            .filter(each -> each.hash().equals(SAMPLE.hash()))
            .findAny()
            .flatMap(StoredFragment::pin);
    pin.ifPresent(pins.get(thread % MAX_THREADS)::add);
    return pin.isPresent();
  }

  /** Gives a pin of this thread back, if it has one; until then the bytes are the fragment's. */
  @Operation
  public boolean unpin(@Param(gen = ThreadIdGen.class) int thread) {
    Pin pin = pins.get(thread % MAX_THREADS).poll();
    if (pin == null) {
      return false;
    }
    assertThat(pin.bytes()).isEqualTo(SAMPLE.buffer());
    pin.close();
    return true;
  }

  @Operation
  public boolean remove() {
    return store.fragments().stream()
        .filter(each -> each.hash().equals(SAMPLE.hash()))
        .findAny()
        .map(StoredFragment::remove)
        .orElse(false);
  }

  /** Fills whatever room there is with something else, and gives it back. */
  @Operation
  public void intrude() {
    if (store.reserve(INTRUDER.hash(), LENGTH) instanceof Reservation.Granted granted) {
      granted.fill().write(INTRUDER.buffer());
      granted.fill().abort();
    }
  }

  /** The same, of one thread at a time. */
  public static final class OneAtATime {
    private final int[] fills = new int[MAX_THREADS];
    private final int[] held = new int[MAX_THREADS];
    private int pins;
    private boolean isFilling;
    private boolean isStored;
    private boolean isDoomed;

    public String reserve(int thread) {
      if (isDoomed) {
        return "STILL_PINNED";
      }
      if (isFilling) {
        return "IN_PROGRESS";
      }
      if (isStored) {
        return "PRESENT";
      }
      isFilling = true;
      fills[thread % MAX_THREADS]++;
      return "GRANTED";
    }

    public boolean complete(int thread) {
      if (fills[thread % MAX_THREADS] == 0) {
        return false;
      }
      fills[thread % MAX_THREADS]--;
      isFilling = false;
      isStored = true;
      return true;
    }

    public boolean abort(int thread) {
      if (fills[thread % MAX_THREADS] == 0) {
        return false;
      }
      fills[thread % MAX_THREADS]--;
      isFilling = false;
      return true;
    }

    public boolean pin(int thread) {
      if (isStored) {
        pins++;
        held[thread % MAX_THREADS]++;
      }
      return isStored;
    }

    public boolean unpin(int thread) {
      if (held[thread % MAX_THREADS] == 0) {
        return false;
      }
      held[thread % MAX_THREADS]--;
      pins--;
      isDoomed &= pins > 0;
      return true;
    }

    public boolean remove() {
      boolean wasStored = isStored;
      isDoomed |= isStored && pins > 0;
      isStored = false;
      return wasStored;
    }

    public void intrude() {
      // Nobody is told of it.
    }
  }

  @BeforeAll
  static void open() throws StoreException {
    opened = Optional.of(ChronicleFragmentStore.open(directory, "t", GEOMETRY, Long.MAX_VALUE));
  }

  @AfterAll
  static void close() throws IOException {
    LAST.getAndSet(Optional.empty()).ifPresent(FillTableLincheckTest::end);
    opened.ifPresent(ChronicleFragmentStore::close);
    opened = Optional.empty();
    assertThat(directory.resolve("t.clean")).exists();
    assertThat(Files.size(directory.resolve("t.index"))).isZero();
  }

  @Test
  void fillsPinsAndEvictions_byThreadsAtOnce_areAsIfOneAfterAnother() {
    LinChecker.check(
        FillTableLincheckTest.class,
        new StressOptions()
            .sequentialSpecification(OneAtATime.class)
            .iterations(SCENARIOS)
            .invocationsPerIteration(INVOCATIONS)
            .threads(3)
            .actorsPerThread(4));
  }
}
