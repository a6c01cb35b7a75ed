package io.tributary.cacher.store.hot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Fill.Completion;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.cacher.store.micrometer.MicrometerStoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HotFragmentsTest {
  private static final int LENGTH = 128 << 10;
  private static final HotOptions OPTIONS =
      new HotOptions(8 << 20, 1 << 20, LENGTH, 4, 50, 100, 10);

  @TempDir private Path directory = Path.of("");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerStoreMetrics metrics = new MicrometerStoreMetrics(registry);
  private final List<HotFragments> opened = new ArrayList<>();

  @AfterEach
  void close() {
    for (HotFragments each : opened) {
      each.close();
      assertThat(each.occupancy().pins()).isZero();
    }
  }

  private HotFragments open() throws StoreException {
    return open(Runnable::run);
  }

  private HotFragments open(Executor hashing) throws StoreException {
    HotFragments hot = HotFragments.open(directory, OPTIONS, hashing, metrics);
    opened.add(hot);
    return hot;
  }

  private double count(String name, String tag, Enum<?> value) {
    return registry.get("cacher.store." + name).tag(tag, value.name()).counter().count();
  }

  private static Sample sample(long number) {
    return Sample.of(number, LENGTH);
  }

  private static Completion fill(HotFragments hot, Sample sample) {
    Fill fill = ((Reservation.Granted) hot.fill(sample.hash(), sample.length())).fill();
    fill.write(sample.buffer());
    return fill.complete();
  }

  private static Outcome outcome(Lookup lookup) {
    if (lookup instanceof Lookup.Hit hit) {
      hit.pin().close();
      return hit.outcome();
    }
    return ((Lookup.Miss) lookup).outcome();
  }

  private static Outcome lookup(HotFragments hot, FragmentHash hash) {
    return outcome(hot.lookup(hash).toCompletableFuture().join());
  }

  @Test
  void filled_isHit_andCounted() throws Exception {
    HotFragments hot = open();
    assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.MISS_ABSENT);
    assertThat(fill(hot, sample(1))).isInstanceOf(Completion.Stored.class);
    assertThat(fill(hot, Sample.of(2, 4096))).isInstanceOf(Completion.Stored.class);
    Lookup.Hit hit = (Lookup.Hit) hot.find(sample(1).hash());
    assertThat(hit.pin().bytes()).isEqualTo(sample(1).buffer());
    metrics.watch(hot);
    assertThat(gauge("pins", "fragments")).isOne();
    hit.pin().close();
    assertThat(outcome(hot.find(Sample.of(2, 4096).hash()))).isEqualTo(Outcome.HIT);
    assertThat(count("lookups", "outcome", Outcome.HIT)).isEqualTo(2);
    assertThat(count("lookups", "outcome", Outcome.MISS_ABSENT)).isOne();
    assertThat(count("fills", "end", StoreMetrics.FillEnd.STORED)).isEqualTo(2);
    assertThat(gauge("fragments", "small")).isOne();
    assertThat(gauge("used.bytes", "fragments")).isPositive();
  }

  @Test
  void pinIfHere_countsHits_andNothingElse() throws Exception {
    HotFragments hot = open();
    fill(hot, sample(1));
    fill(hot, sample(2));
    hot.block(sample(2).hash());
    try (Pin pin = hot.pinIfHere(sample(1).hash()).orElseThrow()) {
      assertThat(pin.bytes()).isEqualTo(sample(1).buffer());
    }
    assertThat(hot.pinIfHere(sample(2).hash())).as("blocked").isEmpty();
    assertThat(hot.pinIfHere(sample(3).hash())).as("absent").isEmpty();
    assertThat(count("lookups", "outcome", Outcome.HIT)).isOne();
    assertThat(count("lookups", "outcome", Outcome.MISS_ABSENT)).isZero();
    hot.close();
    assertThat(hot.pinIfHere(sample(1).hash())).as("closed").isEmpty();

    HotFragments again = open();
    assertThat(again.pinIfHere(sample(1).hash())).as("unchecked").isEmpty();
    assertThat(lookup(again, sample(1).hash())).isEqualTo(Outcome.HIT_CHECKED);
    again.pinIfHere(sample(1).hash()).orElseThrow().close();
  }

  private double gauge(String name, String part) {
    return registry.get("cacher.store." + name).tag("part", part).gauge().value();
  }

  @Test
  void manyFills_neverPassTheQuota_onDiskNorInTheBooks() throws Exception {
    HotFragments hot = open();
    for (int i = 0; i < 300; i++) {
      fill(hot, sample(i));
      Occupancy now = hot.occupancy();
      assertThat(now.usedBytes()).isLessThanOrEqualTo(now.limitBytes());
    }
    long disk = 0;
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        disk += Files.size(file);
      }
    }
    assertThat(disk).isLessThanOrEqualTo(OPTIONS.quotaBytes() + 1000);
    assertThat(count("left", "reason", StoreMetrics.Leaving.EVICTED)).isGreaterThan(200);
    assertThat(hot.stats().fragments().fragments()).isGreaterThan(30);
  }

  @Test
  void lyingSources_throwNothingOut() throws Exception {
    HotFragments hot = open();
    for (int i = 0; i < 40; i++) {
      fill(hot, sample(i));
    }
    int before = hot.fragments().size();
    for (int i = 0; i < 200; i++) {
      Fill fill = ((Reservation.Granted) hot.fill(sample(1000 + i).hash(), LENGTH)).fill();
      fill.write(sample(5).buffer());
      assertThat(fill.complete()).isInstanceOf(Completion.WrongHash.class);
    }
    assertThat(hot.fragments()).hasSize(before);
    assertThat(count("fills", "end", StoreMetrics.FillEnd.WRONG_HASH)).isEqualTo(200);
    assertThat(count("left", "reason", StoreMetrics.Leaving.EVICTED)).isZero();
  }

  @Test
  void allPinned_refusesFillsInsteadOfPassingTheQuota() throws Exception {
    HotFragments hot = open();
    List<Pin> pins = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Reservation reservation = hot.fill(sample(i).hash(), LENGTH);
      if (reservation instanceof Reservation.Granted granted) {
        granted.fill().write(sample(i).buffer());
        pins.add(granted.fill().pin().orElseThrow());
        granted.fill().complete();
      } else {
        refused++;
        assertThat(Sample.refusal(reservation)).isEqualTo(Refusal.QUOTA);
      }
    }
    assertThat(refused).isPositive();
    for (Pin pin : pins) {
      assertThat(Sha256.of(pin.bytes())).isEqualTo(pin.hash().digest());
      pin.close();
    }
    assertThat(fill(hot, sample(999))).isNotNull();
  }

  @Test
  void reopened_checksOnFirstUse_onceForAllWhoAsk() throws Exception {
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
    }
    Queue<Runnable> waiting = new ArrayDeque<>();
    HotFragments hot = open(waiting::add);
    assertThat(hot.find(sample(1).hash())).isInstanceOf(Lookup.Unchecked.class);
    CompletionStage<Lookup> first = hot.lookup(sample(1).hash());
    CompletionStage<Lookup> second = hot.lookup(sample(1).hash());
    assertThat(waiting).hasSize(1);
    waiting.remove().run();
    assertThat(outcome(first.toCompletableFuture().join())).isEqualTo(Outcome.HIT_CHECKED);
    assertThat(outcome(second.toCompletableFuture().join())).isEqualTo(Outcome.HIT_CHECKED);
    assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.HIT);
  }

  @Test
  void tooManyChecks_areRefused_andTheExecutorsRefusalIsToo() throws Exception {
    try (HotFragments hot = open()) {
      for (int i = 0; i < 20; i++) {
        fill(hot, sample(i));
      }
    }
    Queue<Runnable> waiting = new ArrayDeque<>();
    try (HotFragments hot = open(waiting::add)) {
      List<CompletionStage<Lookup>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        CompletionStage<Lookup> asked = hot.lookup(sample(i).hash());
        assertThat(asked.toCompletableFuture().isDone()).isEqualTo(i >= OPTIONS.maxChecks());
        all.add(asked);
      }
      waiting.forEach(Runnable::run);
      for (int i = 0; i < 20; i++) {
        assertThat(outcome(all.get(i).toCompletableFuture().join()))
            .isEqualTo(i < OPTIONS.maxChecks() ? Outcome.HIT_CHECKED : Outcome.MISS_OVERLOADED);
      }
    }
    HotFragments hot =
        open(
            task -> {
              throw new RejectedExecutionException();
            });
    assertThat(lookup(hot, sample(1).hash())).isEqualTo(Outcome.MISS_OVERLOADED);
  }

  @Test
  void rot_isDetectedRemovedCountedAndAMiss() throws Exception {
    long position;
    Path file;
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
      try (Pin pin = ((Lookup.Hit) hot.find(sample(1).hash())).pin()) {
        position = pin.file().orElseThrow().position();
        file = pin.file().orElseThrow().file();
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position + 777);
      int value = bytes.read();
      bytes.seek(position + 777);
      bytes.write(value ^ 16);
    }
    HotFragments hot = open();
    assertThat(lookup(hot, sample(1).hash())).isEqualTo(Outcome.MISS_DAMAGED);
    assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.MISS_ABSENT);
    assertThat(hot.occupancy().usedBytes()).isZero();
    assertThat(count("lookups", "outcome", Outcome.MISS_DAMAGED)).isOne();
    assertThat(count("left", "reason", StoreMetrics.Leaving.DAMAGED)).isOne();
    assertThat(fill(hot, sample(1))).isInstanceOf(Completion.Stored.class);
  }

  @Test
  void purged_isGone_alsoForTheNextProcess() throws Exception {
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
      fill(hot, Sample.of(2, 100));
      assertThat(hot.purge(sample(1).hash())).isTrue();
      assertThat(hot.purge(sample(1).hash())).isFalse();
      assertThat(hot.purge(Sample.of(2, 100).hash())).isTrue();
    }
    assertThat(lookup(open(), sample(1).hash())).isEqualTo(Outcome.MISS_ABSENT);
  }

  @Test
  void blocked_isNeitherServedNorTaken_evenIfItWasBeingFilled() throws Exception {
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
      Fill running = ((Reservation.Granted) hot.fill(sample(2).hash(), LENGTH)).fill();
      assertThat(hot.block(sample(1).hash())).isTrue();
      assertThat(hot.block(sample(2).hash())).isTrue();
      running.write(sample(2).buffer());
      assertThat(running.complete()).isEqualTo(new Completion.Declined());
      assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.MISS_BLOCKED);
      assertThat(hot.occupancy().usedBytes()).isZero();
    }
    HotFragments hot = open();
    assertThat(outcome(hot.find(sample(2).hash()))).isEqualTo(Outcome.MISS_BLOCKED);
    assertThat(Sample.refusal(hot.fill(sample(1).hash(), LENGTH))).isEqualTo(Refusal.BLOCKED);
    hot.unblock(sample(1).hash());
    assertThat(fill(hot, sample(1))).isInstanceOf(Completion.Stored.class);
  }

  @Test
  void kept_survivesScansAndRestarts() throws Exception {
    try (HotFragments hot = open()) {
      assertThat(hot.keep(sample(1).hash())).isTrue();
      fill(hot, sample(1));
    }
    try (HotFragments hot = open()) {
      for (int i = 0; i < 200; i++) {
        fill(hot, sample(100 + i));
      }
      assertThat(lookup(hot, sample(1).hash())).isEqualTo(Outcome.HIT_CHECKED);
      assertThat(hot.stats().keptBytes()).isPositive();
      hot.unkeep(sample(1).hash());
      assertThat(hot.stats().keptBytes()).isZero();
    }
  }

  @Test
  void hotSet_survivesARestart_andAScanAfterIt() throws Exception {
    int hotCount = 30;
    try (HotFragments hot = open()) {
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < hotCount; i++) {
          if (outcome(hot.find(sample(i).hash())) == Outcome.MISS_ABSENT) {
            fill(hot, sample(i));
          }
        }
      }
    }
    HotFragments hot = open();
    for (int i = 0; i < 300; i++) {
      fill(hot, sample(1000 + i));
    }
    int here = 0;
    for (int i = 0; i < hotCount; i++) {
      here += lookup(hot, sample(i).hash()) == Outcome.HIT_CHECKED ? 1 : 0;
    }
    assertThat(here).isGreaterThanOrEqualTo(hotCount * 9 / 10);
  }

  @Test
  void damagedHotFile_startsCold_damagedWishesDoNotStart() throws Exception {
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
    }
    Files.write(directory.resolve("hot"), new byte[] {1, 2, 3});
    try (HotFragments hot = open()) {
      assertThat(lookup(hot, sample(1).hash())).isEqualTo(Outcome.HIT_CHECKED);
    }
    for (String wrong : List.of("block abc\n", "burn " + sample(1).hash() + "\n")) {
      Files.writeString(directory.resolve("wishes"), wrong);
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
          .hasMessageContaining("line 1");
    }
  }

  @Test
  void quota_mayBeLoweredAndNotRaised() throws Exception {
    try (HotFragments hot = open()) {
      for (int i = 0; i < 100; i++) {
        fill(hot, sample(i));
      }
    }
    HotOptions less = new HotOptions(4 << 20, 1 << 20, LENGTH, 4, 50, 100, 10);
    try (HotFragments hot = HotFragments.open(directory, less, Runnable::run, metrics)) {
      assertThat(hot.occupancy().usedBytes()).isLessThanOrEqualTo(4 << 20);
      assertThat(hot.stats().fragments().fragments()).isPositive();
      fill(hot, sample(500));
    }
    HotOptions more = new HotOptions(16 << 20, 1 << 20, LENGTH, 4, 50, 100, 10);
    assertThatThrownBy(() -> HotFragments.open(directory, more, Runnable::run, metrics))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GEOMETRY));
  }

  @Test
  void moreThanTheDiskHas_isRefused_andASmallerQuotaCanBeTried() throws Exception {
    HotOptions huge =
        new HotOptions(
            Files.getFileStore(directory).getUsableSpace() + (1L << 30),
            1 << 20,
            LENGTH,
            4,
            50,
            100,
            10);
    assertThatThrownBy(() -> HotFragments.open(directory, huge, Runnable::run, metrics))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL));
    assertThat(fill(open(), sample(1))).isInstanceOf(Completion.Stored.class);
  }

  @Test
  void removed_isGoneButForTheWishes_andNotWhileItIsOpen() throws Exception {
    try (HotFragments hot = open()) {
      fill(hot, sample(1));
      hot.block(sample(2).hash());
      assertThatThrownBy(() -> StoreDirectory.remove(directory))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
    }
    StoreDirectory.remove(directory);
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactly("wishes");
    }
    assertThatThrownBy(() -> StoreDirectory.options(directory))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    assertThat(outcome(open().find(sample(2).hash()))).isEqualTo(Outcome.MISS_BLOCKED);
  }

  @Test
  void hotFileThatCannotBeWritten_isSaidAndNothingElseFails() throws Exception {
    HotFragments hot = open();
    fill(hot, sample(1));
    Files.createDirectory(directory.resolve("hot.next"));
    assertThat(hot.save()).isFalse();
    assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.HIT);
    Files.delete(directory.resolve("hot.next"));
    assertThat(hot.save()).isTrue();
  }

  @Test
  void scrub_keepsItsRate_findsRot_andIgnoresJumpsOfTheClock() throws Exception {
    HotFragments hot = open();
    for (int i = 0; i < 10; i++) {
      fill(hot, sample(i));
    }
    AtomicLong now = new AtomicLong(1);
    Scrub scrub = new Scrub(hot, metrics, LENGTH, now::get);
    double scrubbed = 0;
    for (int second = 0; second < 10; second++) {
      long wait = scrub.step();
      assertThat(wait).as("one fragment takes a second").isEqualTo(1_000_000_000L);
      assertThat(scrub.step()).as("not before its time").isEqualTo(wait);
      now.addAndGet(wait);
      scrubbed += LENGTH;
      assertThat(registry.get("cacher.store.scrubbed.bytes").counter().count()).isEqualTo(scrubbed);
    }
    now.addAndGet(3_600_000_000_000L);
    assertThat(scrub.step()).as("a missed hour is not made up for").isEqualTo(1_000_000_000L);
    now.addAndGet(-7_200_000_000_000L);
    assertThat(scrub.step()).as("back two hours").isBetween(0L, Scrub.IDLE_NANOS);

    try (Pin pin = ((Lookup.Hit) hot.find(sample(3).hash())).pin();
        RandomAccessFile bytes =
            new RandomAccessFile(pin.file().orElseThrow().file().toFile(), "rw")) {
      bytes.seek(pin.file().orElseThrow().position());
      bytes.write(sample(3).bytes()[0] ^ 1);
    }
    for (int i = 0; i < 25; i++) {
      now.addAndGet(1_000_000_000L);
      scrub.step();
    }
    assertThat(registry.get("cacher.store.scrubbed.wrong").counter().count()).isOne();
    assertThat(outcome(hot.find(sample(3).hash()))).isEqualTo(Outcome.MISS_ABSENT);
    assertThat(hot.fragments()).hasSize(9);
  }

  @Test
  void scrub_runsOnAnExecutor_untilThatIsShutDown() throws Exception {
    HotFragments hot = open();
    for (int i = 0; i < 5; i++) {
      fill(hot, sample(i));
    }
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    new Scrub(hot, metrics, 1L << 40, System::nanoTime).run(executor);
    Awaitility.await()
        .until(() -> registry.get("cacher.store.scrubbed.bytes").counter().count() > 12.0 * LENGTH);
    executor.shutdownNow();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(hot.occupancy().pins()).isZero();
  }

  @Test
  void scrub_ofAnEmptyStore_waits() throws Exception {
    Scrub scrub = new Scrub(open(), metrics, 1, () -> 5L);
    assertThat(scrub.step()).isEqualTo(Scrub.IDLE_NANOS);
  }

  @Test
  void closed_isAMissAndRefuses() throws Exception {
    HotFragments hot = open();
    fill(hot, sample(1));
    hot.close();
    assertThat(outcome(hot.find(sample(1).hash()))).isEqualTo(Outcome.MISS_CLOSED);
    assertThat(Sample.refusal(hot.fill(sample(2).hash(), LENGTH))).isEqualTo(Refusal.CLOSED);
  }

  /**
   * Requests, liars, slow readers, rot, purges and restarts; every byte that is served is right.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void soakWithFaults_servesOnlyRightBytes_andEndsEmptyHanded(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Map<FragmentHash, Sample> samples = new HashMap<>();
    List<Sample> list = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Sample sample = Sample.of((seed << 20) | i, i % 3 == 0 ? 3000 : LENGTH - random.nextInt(999));
      list.add(sample);
      samples.put(sample.hash(), sample);
    }
    List<Pin> slow = new ArrayList<>();
    HotFragments hot = open();
    int hits = 0;
    for (int step = 0; step < 4000; step++) {
      String at = "seed " + seed + ", step " + step;
      Sample sample = list.get((int) Math.pow(list.size(), random.nextDouble()) - 1);
      Lookup found = hot.lookup(sample.hash()).toCompletableFuture().join();
      if (found instanceof Lookup.Hit hit) {
        assertThat(hit.pin().bytes()).as(at).isEqualTo(sample.buffer());
        hits++;
        if (random.nextInt(10) == 0) {
          slow.add(hit.pin());
        } else {
          hit.pin().close();
        }
      } else if (hot.fill(sample.hash(), sample.length()) instanceof Reservation.Granted granted) {
        arrive(granted.fill(), sample, random);
      }
      Occupancy now = hot.occupancy();
      assertThat(now.usedBytes()).as(at).isLessThanOrEqualTo(now.limitBytes());
      assertThat(now.fills()).as(at).isZero();
      int fault = random.nextInt(400);
      if (fault < 20) {
        hot.purge(sample.hash());
      } else if (fault < 24) {
        rot(hot, random);
      } else if (fault < 60 || slow.size() > 15) {
        slow.forEach(
            pin -> {
              Sample read = requireNonNull(samples.get(pin.hash()));
              assertThat(pin.bytes()).as(at).isEqualTo(read.buffer());
            });
        slow.forEach(Pin::close);
        slow.clear();
        if (fault == 30) {
          hot.close();
          hot = open();
        }
      }
    }
    slow.forEach(Pin::close);
    assertThat(hits).as("seed " + seed).isGreaterThan(1000);
    for (Sample sample : list) {
      hot.purge(sample.hash());
    }
    assertThat(hot.occupancy().usedBytes()).as("seed " + seed).isZero();
    assertThat(hot.occupancy().pins()).as("seed " + seed).isZero();
  }

  private static void arrive(Fill fill, Sample sample, SplittableRandom random) {
    switch (random.nextInt(8)) {
      case 0 -> fill.abort();
      case 1 -> {
        fill.write(sample.buffer().limit(sample.length() / 2));
        assertThat(fill.complete()).isInstanceOf(Completion.Incomplete.class);
      }
      case 2 -> {
        byte[] wrong = sample.bytes();
        int at = random.nextInt(wrong.length);
        wrong[at] = (byte) (wrong[at] ^ 4);
        fill.write(ByteBuffer.wrap(wrong));
        assertThat(fill.complete()).isInstanceOf(Completion.WrongHash.class);
      }
      default -> {
        fill.write(sample.buffer());
        assertThat(fill.complete())
            .isInstanceOfAny(Completion.Stored.class, Completion.Declined.class);
      }
    }
  }

  /** A bit flips in a fragment that lies unread, and the store is opened anew. */
  private void rot(HotFragments hot, SplittableRandom random) throws IOException {
    List<StoredFragment> all = hot.fragments();
    if (all.isEmpty()) {
      return;
    }
    StoredFragment victim = all.get(random.nextInt(all.size()));
    try (Pin pin = victim.pin().orElse(null)) {
      // Somebody reads it: memory under a reader is not what rots here.
      if (pin == null || hot.occupancy().pins() > 1) {
        return;
      }
      Pin.FileSpan span = pin.file().orElseThrow();
      try (RandomAccessFile bytes = new RandomAccessFile(span.file().toFile(), "rw")) {
        bytes.seek(span.position());
        bytes.write(pin.bytes().get(0) ^ 32);
      }
    }
    assertThat(hot.check(victim)).isEqualTo(Verdict.WRONG);
  }
}
