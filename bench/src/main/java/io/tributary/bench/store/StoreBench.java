package io.tributary.bench.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.store.StoreReport.Fill;
import io.tributary.bench.store.StoreReport.Goal;
import io.tributary.bench.store.StoreReport.Hits;
import io.tributary.bench.store.StoreReport.Read;
import io.tributary.bench.store.StoreReport.Start;
import io.tributary.cacher.store.Fill.Completion;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.chronicle.ChronicleFragmentStore;
import io.tributary.cacher.store.chronicle.Geometry;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.Lookup;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Measures the cacher's store on this machine and its disk. */
public final class StoreBench {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int LENGTH = Layout.FRAGMENT_BYTES;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int FRAGMENTS = 24;
  private static final int ROUNDS = 9;
  private static final long RECOVERED_BYTES = 2L << 30;

  private final Path directory;
  private final long largeBytes;
  private final PrintStream progress;
  private final ByteBuffer target = ByteBuffer.allocateDirect(LENGTH);

  /**
   * A measurement.
   *
   * @param directory on the disk to be measured; a folder is made in it and removed
   * @param largeBytes the quota of the large store
   * @param progress told what goes on
   */
  public StoreBench(Path directory, long largeBytes, PrintStream progress) {
    this.directory = directory;
    this.largeBytes = largeBytes;
    this.progress = progress;
  }

  /** Returns a report as a JSON object. */
  public static String toJson(StoreReport report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours cannot be written as JSON", e);
    }
  }

  /** Runs everything; takes about a minute. */
  public StoreReport run() throws IOException, StoreException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "tributary-bench-store");
    try {
      progress.println("filling");
      Fill fill = fill(folder.resolve("fill"));
      progress.println("reading under pins");
      Read read = read(folder.resolve("read"));
      List<Hits> hits = new ArrayList<>();
      for (double alpha : new double[] {0.8, 0.95, 1.1}) {
        progress.println("hit ratio at alpha " + alpha);
        hits.add(HitRatio.measure(alpha));
      }
      progress.println("start after a kill");
      StoreWorker.fill(folder.resolve("killed"), RECOVERED_BYTES, StoreWorker.WHOLE_LENGTH, true);
      Start recovery = StoreWorker.open(folder.resolve("killed"), RECOVERED_BYTES);
      remove(folder.resolve("killed"));
      progress.println("start of a large store");
      long quotaBytes = Math.min(largeBytes, roomBytes(folder));
      if (quotaBytes < largeBytes) {
        progress.println("the disk has room for no more than " + quotaBytes + " bytes of it");
      }
      StoreWorker.fill(folder.resolve("large"), quotaBytes, StoreWorker.SHORT_LENGTH, false);
      Start large = StoreWorker.open(folder.resolve("large"), quotaBytes);
      return new StoreReport(
          directory + ", " + Files.getFileStore(directory).type(),
          fill,
          read,
          hits,
          recovery,
          large,
          goals(fill, hits, recovery, large));
    } finally {
      remove(folder);
    }
  }

  /** Returns the quota that a disk has room for: a store wants a tenth more than it takes. */
  private static long roomBytes(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() / 5 * 4;
  }

  private static List<Goal> goals(Fill fill, List<Hits> hits, Start recovery, Start large) {
    List<Goal> goals = new ArrayList<>();
    goals.add(new Goal("hash and put, of SHA-256's own speed", fill.ratio(), 0.8, false));
    double[] wanted = {0.70, 0.80, 0.86};
    for (int i = 0; i < wanted.length; i++) {
      goals.add(
          new Goal(
              "hits, of Belady's, alpha " + hits.get(i).alpha(),
              hits.get(i).ofBest(),
              wanted[i],
              false));
    }
    double gib = recovery.fragments() * (double) LENGTH / (1 << 30);
    goals.add(new Goal("recovery, s per GiB", recovery.openSeconds() / gib, 1, true));
    goals.add(
        new Goal(
            "start of a store of " + (large.quotaBytes() >> 30) + " GiB, s",
            large.processSeconds(),
            10,
            true));
    goals.add(new Goal("heap of a large store, MiB", large.heapBytes() / 1048576.0, 512, true));
    return goals;
  }

  /** Fragments to be stored, all in one piece of direct memory, and their names. */
  private record Source(List<ByteBuffer> bytes, List<FragmentHash> hashes) {
    static Source make() {
      List<ByteBuffer> bytes = new ArrayList<>();
      List<FragmentHash> hashes = new ArrayList<>();
      byte[] random = new byte[LENGTH];
      for (int i = 0; i < FRAGMENTS; i++) {
        new SplittableRandom(i).nextBytes(random);
        bytes.add(ByteBuffer.allocateDirect(LENGTH).put(random).flip());
        hashes.add(new FragmentHash(Sha256.of(random)));
      }
      return new Source(bytes, hashes);
    }
  }

  private Fill fill(Path folder) throws StoreException {
    Source source = Source.make();
    Geometry geometry = Geometry.fragments((FRAGMENTS + 1L) * (LENGTH + (16 << 10)));
    try (ChronicleFragmentStore store =
        ChronicleFragmentStore.open(folder, "bench", geometry, Long.MAX_VALUE)) {
      double firstTouch = put(store, source);
      put(store, source);
      hash(source);
      double[] put = new double[ROUNDS];
      double[] hash = new double[ROUNDS];
      double[] ratio = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double before = hash(source);
        put[round] = put(store, source);
        hash[round] = (before + hash(source)) / 2;
        ratio[round] = put[round] / hash[round];
      }
      return new Fill(median(hash), median(put), median(ratio), firstTouch);
    }
  }

  /** Stores all fragments and removes them; MB/s. */
  private static double put(ChronicleFragmentStore store, Source source) {
    List<StoredFragment> stored = new ArrayList<>();
    long started = System.nanoTime();
    for (int i = 0; i < FRAGMENTS; i++) {
      Reservation reservation = store.reserve(source.hashes.get(i), LENGTH);
      if (!(reservation instanceof Reservation.Granted granted)) {
        throw new IllegalStateException("no room: " + reservation);
      }
      ByteBuffer bytes = source.bytes.get(i).duplicate();
      for (int at = 0; at < LENGTH; at += PIECE_BYTES) {
        bytes.limit(at + PIECE_BYTES);
        granted.fill().write(bytes);
      }
      if (!(granted.fill().complete() instanceof Completion.Stored done)) {
        throw new IllegalStateException("not stored");
      }
      stored.add(done.fragment());
    }
    stored.forEach(StoredFragment::remove);
    return speed(started, FRAGMENTS);
  }

  private static double hash(Source source) {
    MessageDigest sha256 = Sha256.newDigest();
    long started = System.nanoTime();
    for (ByteBuffer bytes : source.bytes) {
      sha256.update(bytes.duplicate());
      sha256.digest();
    }
    return speed(started, FRAGMENTS);
  }

  private static double speed(long started, int fragments) {
    return fragments * (double) LENGTH / (System.nanoTime() - started) * 1000;
  }

  private Read read(Path folder) throws StoreException {
    Source source = Source.make();
    HotOptions options = HotOptions.ofQuota((FRAGMENTS + 16L) * LENGTH);
    try (HotFragments hot = HotFragments.open(folder, options, Runnable::run, StoreMetrics.NONE)) {
      for (int i = 0; i < FRAGMENTS; i++) {
        if (hot.fill(source.hashes.get(i), LENGTH) instanceof Reservation.Granted granted) {
          granted.fill().write(source.bytes.get(i).duplicate());
          granted.fill().complete();
        }
      }
      double[] copies = new double[ROUNDS];
      double[] pins = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        copies[round] = copyOut(hot, source);
        pins[round] = pins(hot, source);
      }
      return new Read(median(copies), median(pins));
    }
  }

  private double copyOut(HotFragments hot, Source source) {
    long started = System.nanoTime();
    for (FragmentHash hash : source.hashes) {
      try (Pin pin = pin(hot, hash)) {
        target.clear().put(pin.bytes());
      }
    }
    return speed(started, FRAGMENTS);
  }

  private static double pins(HotFragments hot, Source source) {
    int count = 200_000;
    long started = System.nanoTime();
    for (int i = 0; i < count; i++) {
      pin(hot, source.hashes.get(i % FRAGMENTS)).close();
    }
    return count * 1e9 / (System.nanoTime() - started);
  }

  private static Pin pin(HotFragments hot, FragmentHash hash) {
    if (hot.find(hash) instanceof Lookup.Hit hit) {
      return hit.pin();
    }
    throw new IllegalStateException("fragment " + hash + " is not there");
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
