package io.tributary.kademlia.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.RefusalReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresTest {

  @TempDir Path folder;

  private final TestClock clock = new TestClock();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Position self = TestPeers.contact(random).position();
  private final ExecutorService disk = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    disk.shutdown();
  }

  private DhtKey key() {
    return DhtKey.of(TestPeers.content(random));
  }

  private ProviderStore providers(ProviderLimits limits, Shelf shelf) {
    return new ProviderStore(self, limits, shelf, clock);
  }

  @Test
  void provider_losesItsAddressesThenItsPlace() {
    ProviderStore store = providers(ProviderLimits.defaults(), Shelf.NONE);
    DhtKey key = key();
    Contact provider = TestPeers.contact(random);
    assertThat(store.add(key, provider)).isEmpty();
    clock.advance(Duration.ofMinutes(29));
    assertThat(store.get(key, 10)).containsExactly(provider);
    clock.advance(Duration.ofMinutes(2));
    assertThat(store.get(key, 10)).containsExactly(provider.at(List.of()));
    clock.advance(Duration.ofHours(47));
    store.expire();
    assertThat(store.get(key, 10)).hasSize(1);
    clock.advance(Duration.ofHours(1));
    assertThat(store.get(key, 10)).isEmpty();
    store.expire();
    assertThat(store.records()).isZero();
    assertThat(store.keys()).isZero();
  }

  @Test
  void renewedProvider_staysFromThen() {
    ProviderStore store = providers(ProviderLimits.defaults(), Shelf.NONE);
    DhtKey key = key();
    Contact provider = TestPeers.contact(random);
    store.add(key, provider);
    clock.advance(Duration.ofHours(40));
    store.expire();
    store.add(key, provider);
    clock.advance(Duration.ofHours(40));
    store.expire();
    assertThat(store.get(key, 10)).hasSize(1);
    assertThat(store.records()).isEqualTo(1);
  }

  @Test
  void fullKey_takesRenewalsOnly() {
    ProviderLimits limits =
        new ProviderLimits(10, 2, 100, Duration.ofDays(2), Duration.ofMinutes(30));
    ProviderStore store = providers(limits, Shelf.NONE);
    DhtKey key = key();
    Contact first = TestPeers.contact(random);
    store.add(key, first);
    store.add(key, TestPeers.contact(random));
    assertThat(store.add(key, TestPeers.contact(random))).hasValue(RefusalReason.PROVIDERS_FULL);
    assertThat(store.add(key, first)).isEmpty();
  }

  @Test
  void fullStore_keepsTheNearestKeys() {
    ProviderLimits limits =
        new ProviderLimits(50, 5, 60, Duration.ofDays(2), Duration.ofMinutes(30));
    ProviderStore store = providers(limits, Shelf.NONE);
    List<DhtKey> keys = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      keys.add(key());
      var refusal = store.add(keys.get(i), TestPeers.contact(random));
      refused += refusal.isPresent() ? 1 : 0;
      refusal.ifPresent(reason -> assertThat(reason).isEqualTo(RefusalReason.STORE_FULL));
      assertThat(store.keys()).isLessThanOrEqualTo(50);
    }
    assertThat(refused).isPositive();
    keys.sort(Comparator.comparing(DhtKey::position, self::compareDistances));
    for (int i = 0; i < keys.size(); i++) {
      assertThat(store.get(keys.get(i), 1)).as("key %d", i).hasSize(i < 50 ? 1 : 0);
    }
  }

  @Test
  void recordsInAFile_outliveAKill() throws IOException {
    Path path = folder.resolve("records");
    List<DhtKey> keys = new ArrayList<>();
    Contact provider = TestPeers.contact(random);
    DhtKey value = DhtKey.ofValue("test", new byte[] {1, 2});
    RecordFile file = RecordFile.open(path, disk);
    ProviderStore store = providers(ProviderLimits.defaults(), file.shelf("providers"));
    ValueStore values = new ValueStore(self, ValueLimits.defaults(), file.shelf("values"), clock);
    Errands errands = new Errands(file.shelf("errands"), clock);
    for (int i = 0; i < 1_000; i++) {
      keys.add(key());
      store.add(keys.get(i), provider);
    }
    values.put(new ValueRecord(value, new byte[] {9}));
    errands.provide(keys.get(0), Duration.ofHours(22));
    errands.put(value, new byte[] {8}, Duration.ofHours(1));
    errands.provide(keys.get(1), Duration.ofHours(22));
    errands.stopProviding(keys.get(1));
    file.flush();
    // What a killed process leaves behind.
    Path left = folder.resolve("left");
    Files.copy(path, left, StandardCopyOption.REPLACE_EXISTING);
    file.close();

    clock.advance(Duration.ofMinutes(20));
    try (RecordFile again = RecordFile.open(left, disk)) {
      ProviderStore reopened = providers(ProviderLimits.defaults(), again.shelf("providers"));
      assertThat(reopened.records()).isEqualTo(1_000);
      assertThat(keys)
          .allSatisfy(key -> assertThat(reopened.get(key, 5)).containsExactly(provider));
      ValueStore reopenedValues =
          new ValueStore(self, ValueLimits.defaults(), again.shelf("values"), clock);
      assertThat(reopenedValues.get(value).orElseThrow().value()).containsExactly(9);
      Errands reopenedErrands = new Errands(again.shelf("errands"), clock);
      assertThat(reopenedErrands.size()).isEqualTo(2);
      assertThat(reopenedErrands.isProvided(keys.get(0))).isTrue();
      List<Errands.Errand> due = new ArrayList<>();
      clock.advance(Duration.ofHours(2));
      reopenedErrands.due(Duration.ofHours(22), due::add);
      assertThat(due).hasSize(1);
      assertThat(due.get(0).value().orElseThrow()).containsExactly(8);
      clock.advance(Duration.ofHours(47));
      reopened.expire();
      assertThat(reopened.records()).isZero();
    }
    try (RecordFile third = RecordFile.open(left, disk)) {
      assertThat(providers(ProviderLimits.defaults(), third.shelf("providers")).records()).isZero();
    }
  }

  @Test
  void damagedFile_saysWhatToDo() throws IOException {
    Path path = folder.resolve("records");
    Files.write(path, new byte[8192]);
    assertThatExceptionOfType(CorruptRecordsException.class)
        .isThrownBy(() -> RecordFile.open(path, disk))
        .withMessageContaining("delete the file")
        .satisfies(e -> assertThat(e.path()).isEqualTo(path));
  }

  @Test
  void usedFile_isRefused() throws IOException {
    Path path = folder.resolve("records");
    try (RecordFile file = RecordFile.open(path, disk)) {
      assertThat(file.shelf("any")).isNotNull();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> RecordFile.open(path, disk))
          .withMessageContaining("another process");
    }
  }

  @Test
  void values_areBoundedByBytesAndExpire() {
    ValueStore store =
        new ValueStore(
            self, new ValueLimits(1_000, 10_000, Duration.ofHours(2)), Shelf.NONE, clock);
    for (int i = 0; i < 100; i++) {
      DhtKey key = DhtKey.ofValue("test", new byte[] {(byte) i});
      store.put(new ValueRecord(key, new byte[500]));
      assertThat(store.bytes()).isLessThanOrEqualTo(10_000);
    }
    assertThat(store.size()).isBetween(18, 20);
    DhtKey large = DhtKey.ofValue("test", new byte[] {1});
    assertThat(store.put(new ValueRecord(large, new byte[20_000])))
        .hasValue(RefusalReason.STORE_FULL);
    clock.advance(Duration.ofHours(3));
    store.expire();
    assertThat(store.size()).isZero();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void errands_comeAgainUntilStopped() {
    Errands errands = new Errands(Shelf.NONE, clock);
    DhtKey key = key();
    errands.provide(key, Duration.ofHours(22));
    List<Errands.Errand> due = new ArrayList<>();
    for (int hour = 0; hour < 67; hour++) {
      clock.advance(Duration.ofHours(1));
      errands.due(Duration.ofHours(22), due::add);
    }
    assertThat(due).hasSizeBetween(2, 3);
    errands.again(due.get(0), Duration.ofMinutes(5));
    errands.stopProviding(key);
    due.clear();
    clock.advance(Duration.ofDays(3));
    errands.due(Duration.ofHours(22), due::add);
    assertThat(due).isEmpty();
    assertThat(errands.size()).isZero();
  }
}
