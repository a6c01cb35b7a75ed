package io.tributary.cacher.store.chronicle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.FragmentStore;
import io.tributary.cacher.store.FragmentStoreContract;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChronicleFragmentStoreTest extends FragmentStoreContract {
  private static final Geometry GEOMETRY =
      new Geometry(LENGTH, LENGTH + 2 * Geometry.PAGE_BYTES, Geometry.PAGE_BYTES, ROOM);

  @TempDir private Path directory = Path.of("");

  @Override
  protected FragmentStore open() throws StoreException {
    return open(directory.resolve("contract"));
  }

  private static ChronicleFragmentStore open(Path directory) throws StoreException {
    return ChronicleFragmentStore.open(directory, "t", GEOMETRY, Long.MAX_VALUE);
  }

  private static Sample sample(long number) {
    return Sample.of(number, LENGTH);
  }

  /** What the disk would hold if the process were killed now. */
  private Path crash(Path of) throws IOException {
    Path copy = Files.createTempDirectory(directory, "crash");
    try (Stream<Path> files = Files.list(of)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Optional<StoredFragment> find(FragmentStore store, Sample sample) {
    return store.fragments().stream().filter(f -> f.hash().equals(sample.hash())).findAny();
  }

  @Test
  void bytes_startAtAPage() throws Exception {
    try (ChronicleFragmentStore store = open(directory);
        Pin pin = sample(1).storeIn(store).pin().orElseThrow()) {
      assertThat(pin.bytes().alignmentOffset(0, 4096)).isZero();
      assertThat(pin.file().orElseThrow().position() % 4096).isZero();
    }
  }

  @Test
  void closedInOrder_givesEverythingBack_unchecked() throws Exception {
    long used;
    try (ChronicleFragmentStore store = open(directory)) {
      assertThat(store.opening()).isEqualTo(new Opening(Opening.Kind.CREATED, 0, 0));
      for (int i = 0; i < ROOM; i++) {
        sample(i).storeIn(store);
      }
      used = store.occupancy().usedBytes();
    }
    try (ChronicleFragmentStore store = open(directory)) {
      assertThat(store.opening()).isEqualTo(new Opening(Opening.Kind.CLEAN, ROOM, 0));
      assertThat(store.occupancy().usedBytes()).isEqualTo(used);
      for (int i = 0; i < ROOM; i++) {
        StoredFragment fragment = find(store, sample(i)).orElseThrow();
        assertThat(fragment.isChecked()).isFalse();
        assertThat(fragment.pin()).isEmpty();
        assertThat(fragment.check()).isEqualTo(Verdict.RIGHT);
        try (Pin pin = fragment.pin().orElseThrow()) {
          assertThat(pin.bytes()).isEqualTo(sample(i).buffer());
        }
      }
      assertThat(Sample.refusal(store.reserve(sample(99).hash(), LENGTH))).isEqualTo(Refusal.QUOTA);
    }
  }

  @Test
  void crashed_givesBackWhatWasStored_andNothingElse() throws Exception {
    try (ChronicleFragmentStore store = open(directory.resolve("live"))) {
      sample(1).storeIn(store);
      StoredFragment removed = sample(2).storeIn(store);
      StoredFragment removedUnderPin = sample(3).storeIn(store);
      Pin pin = removedUnderPin.pin().orElseThrow();
      removed.remove();
      removedUnderPin.remove();
      Fill whole = sample(4).reserveIn(store);
      whole.write(sample(4).buffer());
      Fill half = sample(5).reserveIn(store);
      half.write(sample(5).buffer().limit(100));
      try (ChronicleFragmentStore again = open(crash(directory.resolve("live")))) {
        assertThat(again.opening()).isEqualTo(new Opening(Opening.Kind.RECOVERED, 1, 3));
        assertThat(again.occupancy().usedBytes()).isEqualTo(GEOMETRY.footprint(LENGTH));
        assertThat(find(again, sample(1)).orElseThrow().check()).isEqualTo(Verdict.RIGHT);
        for (int i = 2; i <= ROOM; i++) {
          sample(i).storeIn(again);
        }
      }
      pin.close();
      whole.abort();
      half.abort();
    }
  }

  @Test
  void rottenBytes_areFoundByTheFirstCheckAndRemoved() throws Exception {
    long position;
    try (ChronicleFragmentStore store = open(directory);
        Pin pin = sample(1).storeIn(store).pin().orElseThrow()) {
      sample(2).storeIn(store);
      position = pin.file().orElseThrow().position();
    }
    flip(directory.resolve("t.map"), position + 12_345, 3);
    try (ChronicleFragmentStore store = open(directory)) {
      StoredFragment rotten = find(store, sample(1)).orElseThrow();
      assertThat(rotten.check()).isEqualTo(Verdict.WRONG);
      assertThat(rotten.pin()).isEmpty();
      assertThat(find(store, sample(1))).isEmpty();
      assertThat(find(store, sample(2)).orElseThrow().check()).isEqualTo(Verdict.RIGHT);
      assertThat(store.occupancy().usedBytes()).isEqualTo(GEOMETRY.footprint(LENGTH));
      sample(1).storeIn(store);
    }
  }

  /** Bits flip anywhere, in a file closed in order or not: no wrong byte, and no dead JVM. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void rotAnywhere_costsFragmentsButServesNoWrongByte(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Path live = directory.resolve("live");
    Map<FragmentHash, Sample> samples = new HashMap<>();
    Path rotten;
    try (ChronicleFragmentStore store = open(live)) {
      for (int i = 0; i < ROOM; i++) {
        Sample sample = Sample.of(seed * 100 + i, 1 + random.nextInt(LENGTH));
        samples.put(sample.hash(), sample);
        sample.storeIn(store);
      }
      rotten = seed % 2 == 0 ? crash(live) : live;
    }
    Path map = rotten.resolve("t.map");
    long bytes = Files.size(map);
    for (int i = 0; i < 1 + random.nextInt(40); i++) {
      // Half of the flips in the books, where they hurt most.
      long at = random.nextBoolean() ? random.nextLong(32 << 10) : random.nextLong(bytes);
      flip(map, at, random.nextInt(8));
    }
    try (ChronicleFragmentStore store = open(rotten)) {
      String seeded = "seed " + seed + " " + store.opening();
      for (StoredFragment fragment : store.fragments()) {
        if (fragment.check() == Verdict.RIGHT) {
          try (Pin pin = fragment.pin().orElseThrow()) {
            Sample sample = requireNonNull(samples.get(fragment.hash()));
            assertThat(pin.bytes()).as(seeded).isEqualTo(sample.buffer());
          }
        }
        fragment.remove();
      }
      assertThat(store.occupancy().usedBytes()).as(seeded).isZero();
      for (int i = 0; i < ROOM; i++) {
        sample(1000 + i).storeIn(store);
      }
    }
  }

  private static void flip(Path file, long position, int bit) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int value = bytes.read();
      bytes.seek(position);
      bytes.write(value ^ (1 << bit));
    }
  }

  @Test
  void hopelessFile_isReplaced() throws Exception {
    try (ChronicleFragmentStore store = open(directory)) {
      sample(1).storeIn(store);
    }
    Files.write(directory.resolve("t.map"), new byte[100]);
    try (ChronicleFragmentStore store = open(directory)) {
      assertThat(store.opening().kind()).isEqualTo(Opening.Kind.REPLACED);
      sample(1).storeIn(store);
    }
  }

  /** So a process leaves it that is killed while it makes the file, or puts it in order. */
  @Test
  void headerThatIsNotReady_isNotWaitedFor() throws Exception {
    try (ChronicleFragmentStore store = open(directory)) {
      sample(1).storeIn(store);
    }
    flip(directory.resolve("t.map"), 8 + 3, 7);
    try (ChronicleFragmentStore store = open(directory)) {
      assertThat(store.opening()).isEqualTo(new Opening(Opening.Kind.RECOVERED, 1, 0));
      assertThat(find(store, sample(1)).orElseThrow().check()).isEqualTo(Verdict.RIGHT);
    }
  }

  @Test
  void openedTwice_isLocked() throws Exception {
    try (ChronicleFragmentStore store = open(directory)) {
      assertThatThrownBy(() -> open(directory))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
      sample(1).storeIn(store);
    }
    open(directory).close();
  }

  @Test
  void closedUnderAPin_letsGoOfTheFileWhenThatIsClosed() throws Exception {
    ChronicleFragmentStore store = open(directory);
    Pin pin = sample(1).storeIn(store).pin().orElseThrow();
    Pin removed = sample(2).storeIn(store).pin().orElseThrow();
    find(store, sample(2)).orElseThrow().remove();
    Fill fill = sample(3).reserveIn(store);
    store.close();
    pin.close();
    assertThat(removed.bytes()).isEqualTo(sample(2).buffer());
    removed.close();
    assertThatThrownBy(() -> open(directory)).isInstanceOf(StoreException.class);
    fill.write(sample(3).buffer());
    fill.complete();
    try (ChronicleFragmentStore again = open(directory)) {
      assertThat(again.opening()).isEqualTo(new Opening(Opening.Kind.CLEAN, 2, 0));
    }
  }

  @Test
  void otherGeometry_isRefused() throws Exception {
    open(directory).close();
    Geometry other =
        new Geometry(LENGTH, LENGTH + 2 * Geometry.PAGE_BYTES, Geometry.PAGE_BYTES, ROOM + 1);
    assertThatThrownBy(() -> ChronicleFragmentStore.open(directory, "t", other, Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GEOMETRY));
    open(directory).close();
  }

  @Test
  void lowerLimit_isAWallInABiggerFile() throws Exception {
    try (ChronicleFragmentStore store =
        ChronicleFragmentStore.open(directory, "t", GEOMETRY, 2 * GEOMETRY.footprint(LENGTH))) {
      sample(1).storeIn(store);
      sample(2).storeIn(store);
      assertThat(Sample.refusal(store.reserve(sample(3).hash(), LENGTH))).isEqualTo(Refusal.QUOTA);
    }
  }

  @Test
  void moreThanTheDiskHas_isRefusedBeforeAnythingIsWritten() throws Exception {
    long free = Files.getFileStore(directory).getUsableSpace();
    Geometry huge = Geometry.fragments(free + (1L << 30));
    assertThatThrownBy(() -> ChronicleFragmentStore.open(directory, "t", huge, Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL));
    assertThat(directory.resolve("t.map")).doesNotExist();
  }

  @Test
  void file_isAllocatedInFull() throws Exception {
    Geometry geometry = Geometry.paged(1 << 20, 16 << 20);
    ChronicleFragmentStore.open(directory, "t", geometry, Long.MAX_VALUE).close();
    Path file = directory.resolve("t.map");
    Process du =
        new ProcessBuilder("du", "--block-size=1", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).as(said).isZero();
    long onDisk = Long.parseLong(said.split("\\s", 2)[0]);
    assertThat(onDisk).isGreaterThanOrEqualTo(Files.size(file));
    assertThat(Files.size(file)).isLessThanOrEqualTo(16 << 20);
  }

  /** Small objects of many sizes come and go: what is counted is what is there. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void smallObjects_ofMixedSizes_fillTheirRoom(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Geometry small = Geometry.small(4 << 20);
    List<StoredFragment> stored = new ArrayList<>();
    int refused = 0;
    try (ChronicleFragmentStore store =
        ChronicleFragmentStore.open(directory, "s", small, Long.MAX_VALUE)) {
      for (int i = 0; i < 3000; i++) {
        Sample sample = Sample.of((seed << 32) | i, 1 + random.nextInt(1 << random.nextInt(6, 17)));
        Reservation reservation = store.reserve(sample.hash(), sample.length());
        if (reservation instanceof Reservation.Granted granted) {
          granted.fill().write(sample.buffer());
          stored.add(((Fill.Completion.Stored) granted.fill().complete()).fragment());
        } else {
          refused++;
          assertThat(Sample.refusal(reservation)).isIn(Refusal.QUOTA, Refusal.FRAGMENTED);
          stored.remove(random.nextInt(stored.size())).remove();
          stored.remove(random.nextInt(stored.size())).remove();
        }
      }
      assertThat(refused).as("seed " + seed).isBetween(100, 2000);
      long used = stored.stream().mapToLong(StoredFragment::footprint).sum();
      assertThat(store.occupancy().usedBytes()).isEqualTo(used);
      for (StoredFragment fragment : stored) {
        try (Pin pin = fragment.pin().orElseThrow()) {
          assertThat(Sha256.of(pin.bytes())).isEqualTo(fragment.hash().digest());
        }
      }
    }
    try (ChronicleFragmentStore store =
        ChronicleFragmentStore.open(directory, "s", small, Long.MAX_VALUE)) {
      assertThat(store.opening().fragments()).isEqualTo(stored.size());
      assertThat(store.occupancy().usedBytes())
          .isEqualTo(stored.stream().mapToLong(StoredFragment::footprint).sum());
    }
  }
}
