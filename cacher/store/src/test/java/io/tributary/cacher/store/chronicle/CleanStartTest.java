package io.tributary.cacher.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.cacher.store.chronicle.EntryIndex.Entry;
import io.tributary.cacher.store.chronicle.Opening.Kind;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a store that was closed in order is opened by, and what becomes of it where that is wrong.
 */
final class CleanStartTest {
  private static final int LENGTH = 64 << 10;
  private static final int ROOM = 8;
  private static final Geometry GEOMETRY =
      new Geometry(LENGTH, LENGTH + 2 * Geometry.PAGE_BYTES, Geometry.PAGE_BYTES, ROOM);

  @TempDir private Path directory = Path.of("");

  private ChronicleFragmentStore open() throws StoreException {
    return ChronicleFragmentStore.open(directory, "t", GEOMETRY, Long.MAX_VALUE);
  }

  private Path file(String kind) {
    return directory.resolve("t." + kind);
  }

  private static Sample sample(long number) {
    return Sample.of(number, LENGTH - (int) number);
  }

  /** Fills a store with some samples, and closes it. */
  private void fill(int... numbers) throws StoreException {
    try (ChronicleFragmentStore store = open()) {
      store.fragments().forEach(StoredFragment::remove);
      for (int number : numbers) {
        sample(number).storeIn(store);
      }
    }
  }

  /** Opens a store, which must hold just these samples, and lets it be used. */
  private void assertHolds(Kind opening, int... numbers) throws StoreException {
    try (ChronicleFragmentStore store = open()) {
      assertThat(store.opening().kind()).isEqualTo(opening);
      Set<FragmentHash> wanted =
          IntStream.of(numbers).mapToObj(each -> sample(each).hash()).collect(Collectors.toSet());
      assertThat(store.fragments()).extracting(StoredFragment::hash).hasSameElementsAs(wanted);
      assertThat(store.occupancy().usedBytes())
          .isEqualTo(numbers.length * GEOMETRY.footprint(LENGTH));
      for (StoredFragment fragment : store.fragments()) {
        assertThat(fragment.check()).isEqualTo(Verdict.RIGHT);
        assertThat(fragment.remove()).isTrue();
      }
      assertThat(store.occupancy().usedBytes()).isZero();
      for (int i = 0; i < ROOM; i++) {
        sample(1000 + i).storeIn(store);
      }
    }
  }

  /** Trailers are what a start would have to visit: they are overwritten, and nobody notices. */
  @Test
  void start_readsNoEntry() throws Exception {
    try (ChronicleFragmentStore store = open();
        FileChannel map = FileChannel.open(file("map"), StandardOpenOption.WRITE)) {
      for (int i = 0; i < ROOM; i++) {
        StoredFragment fragment = sample(i).storeIn(store);
        try (Pin pin = fragment.pin().orElseThrow()) {
          long bytes = pin.file().orElseThrow().position();
          map.write(ByteBuffer.allocate(Trailer.BYTES), bytes + Trailer.offset(fragment.length()));
        }
      }
    }
    assertHolds(Kind.CLEAN, 0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void emptyStore_startsCleanToo() throws Exception {
    open().close();
    assertHolds(Kind.CLEAN);
  }

  @Test
  void storeThatIsOpen_hasNeitherMarkerNorIndex() throws Exception {
    fill(1, 2);
    assertThat(file("clean")).exists();
    assertThat(file("index")).exists();
    try (ChronicleFragmentStore store = open()) {
      assertThat(store.opening()).isEqualTo(new Opening(Kind.CLEAN, 2, 0));
      assertThat(file("clean")).doesNotExist();
      assertThat(file("index")).doesNotExist();
    }
    ChronicleFragmentStore.remove(directory, "t");
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void indexThatIsMissing_hasTheMapRecovered() throws Exception {
    fill(1, 2);
    Files.delete(file("index"));
    assertHolds(Kind.RECOVERED, 1, 2);
  }

  @Test
  void indexThatWasCut_hasTheMapRecovered() throws Exception {
    fill(1, 2);
    try (FileChannel index = FileChannel.open(file("index"), StandardOpenOption.WRITE)) {
      index.truncate(index.size() - 1);
    }
    assertHolds(Kind.RECOVERED, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 39, 40, 43, 87})
  void indexThatRotted_hasTheMapRecovered(int at) throws Exception {
    fill(1, 2);
    byte[] bytes = Files.readAllBytes(file("index"));
    assertThat(bytes).hasSize(88);
    bytes[at] ^= 4;
    Files.write(file("index"), bytes);
    assertHolds(Kind.RECOVERED, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1 2", "x 0 0 0", "-1 00000000 0 00000000", "1 2 3 4 5"})
  void markerThatRotted_hasTheMapRecovered(String marker) throws Exception {
    fill(1, 2);
    Files.writeString(file("clean"), marker);
    assertHolds(Kind.RECOVERED, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "index clean"})
  void indexOfAnEarlierStop_hasTheMapRecovered(String kinds) throws Exception {
    fill(1, 2);
    for (String kind : kinds.split(" ", -1)) {
      Files.copy(file(kind), file(kind + ".old"));
    }
    fill(3, 4);
    for (String kind : kinds.split(" ", -1)) {
      Files.move(file(kind + ".old"), file(kind), StandardCopyOption.REPLACE_EXISTING);
    }
    assertHolds(Kind.RECOVERED, 3, 4);
  }

  @Test
  void indexWithoutItsMap_isForgotten() throws Exception {
    fill(1, 2);
    Files.delete(file("map"));
    assertHolds(Kind.CREATED);
  }

  /** Its room could be somebody else's by now; nobody gets it before the books are in order. */
  @Test
  void entryWhoseNameRotted_keepsItsRoomUntilTheNextStart() throws Exception {
    fill(1, 2);
    byte[] hash = sample(1).hash().digest().toBytes();
    byte[] map = Files.readAllBytes(file("map"));
    int at = 0;
    while (ByteBuffer.wrap(map, at, hash.length).compareTo(ByteBuffer.wrap(hash)) != 0) {
      at++;
    }
    map[at] ^= 1;
    Files.write(file("map"), map);
    try (ChronicleFragmentStore store = open()) {
      assertThat(store.opening()).isEqualTo(new Opening(Kind.CLEAN, 2, 0));
      store.fragments().forEach(StoredFragment::remove);
      assertThat(store.fragments()).isEmpty();
      assertThat(store.occupancy().usedBytes()).isEqualTo(GEOMETRY.footprint(LENGTH));
    }
    assertHolds(Kind.RECOVERED);
  }

  @Test
  void entries_areReadAsTheyWereWritten() throws IOException {
    List<Entry> entries =
        IntStream.range(0, 20_000)
            .mapToObj(i -> new Entry(Sample.of(i, 1).hash(), (4096L * i) << 8, i + 1))
            .toList();
    EntryIndex index = new EntryIndex(file("index"));
    long checksum = index.write(entries);
    assertThat(index.read(entries.size(), checksum)).isEqualTo(Optional.of(entries));
    assertThat(index.read(entries.size(), checksum ^ 1)).isEmpty();
    assertThat(index.read(entries.size() - 1L, checksum)).isEmpty();
    assertThat(index.read(-1, checksum)).isEmpty();
  }

  @Test
  void entriesThatCannotBe_areNotSound() {
    Entry first = new Entry(sample(1).hash(), 8192, LENGTH);
    long second = 8192 + LENGTH + 4096;
    long end = second + LENGTH + 4096;
    assertThat(isSound(end)).isTrue();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second, LENGTH))).isTrue();
    assertThat(isSound(end, first, new Entry(sample(1).hash(), second, LENGTH))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second + 1, LENGTH))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second - 4096, LENGTH))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second + 4096, LENGTH))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second, 0))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), second, LENGTH + 1))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), -4096, 1))).isFalse();
    assertThat(isSound(end, first, new Entry(sample(2).hash(), Long.MAX_VALUE & -4096, 1)))
        .isFalse();
  }

  private static boolean isSound(long end, Entry... entries) {
    return EntryIndex.isSound(List.of(entries), GEOMETRY, 4096, end);
  }
}
