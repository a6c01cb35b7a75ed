package io.tributary.cacher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.cacher.store.Fill.Completion;
import io.tributary.cacher.store.Pin.FileSpan;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link FragmentStore} has to do. */
public abstract class FragmentStoreContract {
  protected static final int LENGTH = 64 << 10;
  protected static final int ROOM = 8;

  private FragmentStore store = new DirectFragmentStore(0, 1);

  /** Opens an empty store with room for {@link #ROOM} fragments of {@link #LENGTH} bytes. */
  protected abstract FragmentStore open() throws Exception;

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  /** Whatever a test did, nothing is left over. */
  @AfterEach
  final void closeStore() {
    store.close();
    Occupancy left = store.occupancy();
    assertThat(left.pins()).as("open pins").isZero();
    assertThat(left.deferredBytes()).as("deferred bytes").isZero();
    assertThat(left.usedBytes()).isLessThanOrEqualTo(left.limitBytes());
  }

  private static Sample sample(long number) {
    return Sample.of(number, LENGTH);
  }

  private static ByteBuffer pinned(StoredFragment fragment) {
    try (Pin pin = fragment.pin().orElseThrow()) {
      ByteBuffer copy = ByteBuffer.allocate(pin.length());
      return copy.put(pin.bytes()).flip();
    }
  }

  @Test
  void filled_isThereWithItsBytes() {
    Sample sample = sample(1);
    StoredFragment stored = sample.storeIn(store);
    assertThat(stored.hash()).isEqualTo(sample.hash());
    assertThat(stored.isChecked()).isTrue();
    assertThat(pinned(stored)).isEqualTo(sample.buffer());
    assertThat(store.fragments()).containsExactly(stored);
    assertThat(stored.check()).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void filledInPieces_fromHeapAndDirectMemory_isTheSame() {
    Sample sample = sample(2);
    Fill fill = sample.reserveIn(store);
    ByteBuffer source = sample.buffer();
    ByteBuffer direct = ByteBuffer.allocateDirect(LENGTH);
    SplittableRandom random = new SplittableRandom(2);
    while (source.hasRemaining()) {
      int piece = Math.min(source.remaining(), 1 + random.nextInt(9000));
      ByteBuffer part = source.slice(source.position(), piece);
      fill.write(random.nextBoolean() ? part : direct.clear().put(part).flip());
      source.position(source.position() + piece);
      assertThat(fill.written()).isEqualTo(source.position());
    }
    assertThat(fill.complete()).isInstanceOf(Completion.Stored.class);
    assertThat(pinned(store.fragments().get(0))).isEqualTo(sample.buffer());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 4095, 4096, 4097, LENGTH - 1})
  void oddLengths_areTaken(int length) {
    Sample sample = Sample.of(length, length);
    assertThat(pinned(sample.storeIn(store))).isEqualTo(sample.buffer());
  }

  @Test
  void views_areReadOnlyAndOutsideOfTheHeap() {
    StoredFragment stored = sample(3).storeIn(store);
    try (Pin pin = stored.pin().orElseThrow()) {
      assertThat(pin.bytes().isDirect()).isTrue();
      assertThat(pin.bytes().isReadOnly()).isTrue();
      assertThat(pin.bytes()).isNotSameAs(pin.bytes());
    }
  }

  @Test
  void fileSpan_ifThereIsOne_holdsTheSameBytes() throws IOException {
    Sample sample = sample(4);
    sample(5).storeIn(store);
    try (Pin pin = sample.storeIn(store).pin().orElseThrow()) {
      if (pin.file().isPresent()) {
        FileSpan span = pin.file().get();
        ByteBuffer read = ByteBuffer.allocate(span.length());
        try (FileChannel channel = FileChannel.open(span.file(), StandardOpenOption.READ)) {
          channel.read(read, span.position());
        }
        assertThat(read.flip()).isEqualTo(sample.buffer());
      }
    }
  }

  @Test
  void wrongBytes_areNotStoredAndGiveTheirRoomBack() {
    Fill fill = sample(6).reserveIn(store);
    fill.write(sample(7).buffer());
    assertThat(fill.complete()).isEqualTo(new Completion.WrongHash(sample(7).hash().digest()));
    assertThat(store.fragments()).isEmpty();
    assertThat(store.occupancy().usedBytes()).isZero();
    assertThat(pinned(sample(6).storeIn(store))).isEqualTo(sample(6).buffer());
  }

  @Test
  void tooFewBytes_areIncomplete() {
    Fill fill = sample(8).reserveIn(store);
    fill.write(sample(8).buffer().limit(LENGTH - 1));
    assertThat(fill.complete()).isEqualTo(new Completion.Incomplete(LENGTH - 1));
    assertThat(store.occupancy().usedBytes()).isZero();
  }

  @Test
  void tooManyBytes_areRefusedAndNothingIsWritten() {
    Sample sample = sample(9);
    Fill fill = sample.reserveIn(store);
    fill.write(sample.buffer().limit(LENGTH - 1));
    assertThatThrownBy(() -> fill.write(ByteBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(fill.written()).isEqualTo(LENGTH - 1);
    fill.write(sample.buffer().position(LENGTH - 1));
    assertThat(fill.complete()).isInstanceOf(Completion.Stored.class);
  }

  @Test
  void endedFill_takesNothingMore() {
    Fill fill = sample(10).reserveIn(store);
    fill.abort();
    fill.abort();
    assertThatThrownBy(() -> fill.write(ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(fill.complete()).isEqualTo(new Completion.Ended());
    assertThat(fill.pin()).isEmpty();
    assertThat(store.occupancy().usedBytes()).isZero();
  }

  @Test
  void sameHash_isTakenOnce() {
    Fill fill = sample(11).reserveIn(store);
    assertThat(Sample.refusal(store.reserve(sample(11).hash(), LENGTH)))
        .isEqualTo(Refusal.IN_PROGRESS);
    fill.write(sample(11).buffer());
    fill.complete();
    assertThat(Sample.refusal(store.reserve(sample(11).hash(), LENGTH))).isEqualTo(Refusal.PRESENT);
  }

  @Test
  void emptyOrTooLong_isRefused() {
    assertThat(Sample.refusal(store.reserve(sample(12).hash(), 0))).isEqualTo(Refusal.SIZE);
    assertThat(Sample.refusal(store.reserve(sample(12).hash(), LENGTH + 1)))
        .isEqualTo(Refusal.SIZE);
  }

  @Test
  void full_refusesUntilSomethingIsRemoved() {
    List<StoredFragment> stored = new ArrayList<>();
    for (int i = 0; i < ROOM; i++) {
      stored.add(sample(100 + i).storeIn(store));
    }
    assertThat(Sample.refusal(store.reserve(sample(99).hash(), LENGTH))).isEqualTo(Refusal.QUOTA);
    assertThat(stored.get(3).remove()).isTrue();
    assertThat(stored.get(3).remove()).isFalse();
    assertThat(pinned(sample(99).storeIn(store))).isEqualTo(sample(99).buffer());
    for (int i = 0; i < ROOM; i++) {
      if (i != 3) {
        assertThat(pinned(stored.get(i))).isEqualTo(sample(100 + i).buffer());
      }
    }
  }

  @Test
  void fills_countAsUsedFromTheirReservation() {
    Fill fill = sample(13).reserveIn(store);
    assertThat(store.occupancy().usedBytes()).isPositive();
    assertThat(store.occupancy().fills()).isOne();
    assertThat(store.fragments()).isEmpty();
    fill.abort();
    assertThat(store.occupancy().fills()).isZero();
  }

  @Test
  void removedWhilePinned_keepsItsBytesUntilTheLastPinIsClosed() {
    Sample sample = sample(14);
    StoredFragment stored = sample.storeIn(store);
    Pin first = stored.pin().orElseThrow();
    Pin second = stored.pin().orElseThrow();
    ByteBuffer bytes = first.bytes();
    stored.remove();

    assertThat(stored.pin()).as("new readers find nothing").isEmpty();
    assertThat(stored.check()).isEqualTo(Verdict.GONE);
    assertThat(store.fragments()).isEmpty();
    assertThat(store.occupancy().deferredBytes()).isEqualTo(stored.footprint());
    assertThat(Sample.refusal(store.reserve(sample.hash(), LENGTH)))
        .isEqualTo(Refusal.STILL_PINNED);
    for (int i = 0; i < ROOM - 1; i++) {
      sample(200 + i).storeIn(store);
    }
    assertThat(Sample.refusal(store.reserve(sample(15).hash(), LENGTH))).isEqualTo(Refusal.QUOTA);
    assertThat(bytes).isEqualTo(sample.buffer());

    first.close();
    first.close();
    assertThat(store.occupancy().deferredBytes()).as("one pin is left").isPositive();
    assertThat(second.bytes()).isEqualTo(sample.buffer());
    second.close();
    assertThat(store.occupancy().deferredBytes()).isZero();
    assertThat(pinned(sample.storeIn(store))).isEqualTo(sample.buffer());
  }

  @Test
  void lateJoiner_readsWhatHasArrived_andKeepsItThoughTheFillFails() {
    Sample sample = sample(16);
    Fill fill = sample.reserveIn(store);
    fill.write(sample.buffer().limit(1000));
    Pin joined = fill.pin().orElseThrow();
    assertThat(joined.bytes().limit(fill.written())).isEqualTo(sample.buffer().limit(1000));
    fill.write(sample.buffer().position(1000).limit(2000));
    assertThat(joined.bytes().limit(fill.written())).isEqualTo(sample.buffer().limit(2000));
    fill.abort();
    for (int i = 0; i < ROOM - 1; i++) {
      sample(300 + i).storeIn(store);
    }
    assertThat(joined.bytes().limit(2000)).isEqualTo(sample.buffer().limit(2000));
    joined.close();
    assertThat(store.occupancy().deferredBytes()).isZero();
  }

  /**
   * A fill, one who joins it, a reader, an evictor and one who wants the room, in every order of
   * their steps: whoever has a pin reads right bytes, and in the end nothing is taken.
   */
  @Test
  void fillJoinReadEvictAndReuse_inEveryOrder_neverShowWrongBytes() {
    int orders =
        Orders.forEach(
            new int[] {3, 2, 2, 1, 1},
            order -> {
              try (Orders.Story story = new Orders.Story(store)) {
                for (int actor : order) {
                  story.step(actor);
                }
              }
              Occupancy left = store.occupancy();
              assertThat(new long[] {left.usedBytes(), left.fills(), left.fragments(), left.pins()})
                  .as(() -> "after the order " + Arrays.toString(order))
                  .containsOnly(0);
            });
    assertThat(orders).isEqualTo(15_120);
  }

  @Test
  void closed_takesNothing_butPinsStayReadable() {
    Sample sample = sample(17);
    StoredFragment stored = sample.storeIn(store);
    Fill fill = sample(18).reserveIn(store);
    Pin pin = stored.pin().orElseThrow();
    store.close();
    assertThat(Sample.refusal(store.reserve(sample(19).hash(), LENGTH))).isEqualTo(Refusal.CLOSED);
    assertThat(stored.pin()).isEmpty();
    assertThat(stored.remove()).isFalse();
    assertThat(pin.bytes()).isEqualTo(sample.buffer());
    fill.write(sample(18).buffer());
    fill.complete();
    pin.close();
    store.close();
  }

  /** Any order of operations, compared with a map that anybody understands. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomOperations_agreeWithTheModel(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Sample, StoredFragment> stored = new HashMap<>();
    List<Map.Entry<Sample, Fill>> fills = new ArrayList<>();
    List<Map.Entry<Sample, Pin>> pins = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 2 * ROOM; i++) {
      samples.add(Sample.of(1000 + i, 1 + random.nextInt(LENGTH)));
    }
    for (int step = 0; step < 3000; step++) {
      String at = "seed " + seed + ", step " + step;
      Sample sample = samples.get(random.nextInt(samples.size()));
      switch (random.nextInt(7)) {
        case 0, 1 -> {
          if (store.reserve(sample.hash(), sample.length())
              instanceof Reservation.Granted granted) {
            assertThat(stored).as(at).doesNotContainKey(sample);
            fills.add(Map.entry(sample, granted.fill()));
          }
        }
        case 2 -> {
          if (!fills.isEmpty()) {
            Map.Entry<Sample, Fill> fill = fills.remove(random.nextInt(fills.size()));
            if (random.nextInt(4) == 0) {
              fill.getValue().abort();
            } else {
              fill.getValue().write(fill.getKey().buffer());
              Completion end = fill.getValue().complete();
              assertThat(end).as(at).isInstanceOf(Completion.Stored.class);
              stored.put(fill.getKey(), ((Completion.Stored) end).fragment());
            }
          }
        }
        case 3 -> {
          StoredFragment fragment = stored.remove(sample);
          if (fragment != null) {
            assertThat(fragment.remove()).as(at).isTrue();
          }
        }
        case 4 -> {
          StoredFragment fragment = stored.get(sample);
          if (fragment != null && pins.size() < 20) {
            pins.add(Map.entry(sample, fragment.pin().orElseThrow()));
          }
        }
        case 5 -> {
          if (!pins.isEmpty()) {
            Map.Entry<Sample, Pin> pin = pins.remove(random.nextInt(pins.size()));
            assertThat(pin.getValue().bytes()).as(at).isEqualTo(pin.getKey().buffer());
            pin.getValue().close();
          }
        }
        default -> {
          Occupancy now = store.occupancy();
          assertThat(now.usedBytes()).as(at).isLessThanOrEqualTo(now.limitBytes());
          assertThat(now.fragments()).as(at).isEqualTo(stored.size());
          assertThat(now.fills()).as(at).isEqualTo(fills.size());
          assertThat(now.pins()).as(at).isEqualTo(pins.size());
          assertThat(store.fragments()).as(at).hasSameElementsAs(stored.values());
        }
      }
    }
    pins.forEach(pin -> pin.getValue().close());
    fills.forEach(fill -> fill.getValue().abort());
    stored.values().forEach(StoredFragment::remove);
    assertThat(store.occupancy().usedBytes()).as("seed " + seed).isZero();
  }

  /** Threads fill, pin and remove the same few fragments; whoever has a pin sees right bytes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void threads_neverSeeWrongBytesUnderAPin(long seed) throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < ROOM + 4; i++) {
      samples.add(Sample.of(seed * 1000 + i, 1000 + 4000 * (i % 3)));
    }
    AtomicLong reads = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<Void>> running = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      SplittableRandom random = new SplittableRandom(seed * 31 + t);
      Callable<Void> work =
          () -> {
            for (int step = 0; step < 1500; step++) {
              oneStep(samples.get(random.nextInt(samples.size())), random, reads);
            }
            return null;
          };
      running.add(threads.submit(work));
    }
    for (Future<Void> each : running) {
      each.get();
    }
    threads.shutdown();
    assertThat(reads.get()).as("seed " + seed).isPositive();
    store.fragments().forEach(StoredFragment::remove);
    assertThat(store.occupancy().usedBytes()).as("seed " + seed).isZero();
  }

  private void oneStep(Sample sample, SplittableRandom random, AtomicLong reads) {
    List<StoredFragment> there = store.fragments();
    switch (random.nextInt(4)) {
      case 0 -> {
        if (store.reserve(sample.hash(), sample.length()) instanceof Reservation.Granted granted) {
          Fill fill = granted.fill();
          fill.write(sample.buffer());
          assertThat(fill.complete()).isInstanceOf(Completion.Stored.class);
        }
      }
      case 1 -> {
        if (!there.isEmpty()) {
          there.get(random.nextInt(there.size())).remove();
        }
      }
      default -> {
        if (!there.isEmpty()) {
          StoredFragment fragment = there.get(random.nextInt(there.size()));
          try (Pin pin = fragment.pin().orElse(null)) {
            if (pin != null) {
              ByteBuffer bytes = pin.bytes();
              // Twice, so that there is time for somebody to spoil them.
              for (int i = 0; i < 2; i++) {
                assertThat(Sha256.of(bytes)).isEqualTo(fragment.hash().digest());
              }
              reads.incrementAndGet();
            }
          }
        }
      }
    }
  }
}
