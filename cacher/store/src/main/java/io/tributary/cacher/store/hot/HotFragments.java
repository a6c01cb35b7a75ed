package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.cacher.store.StoreLog;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.cacher.store.chronicle.ChronicleFragmentStore;
import io.tributary.cacher.store.chronicle.Geometry;
import io.tributary.cacher.store.hot.StoreMetrics.Leaving;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The fragments a node keeps: two stores, one for whole fragments and one for small objects, whose
 * contents are decided by how often they are asked for.
 *
 * <p>Thread-safe. Nothing here waits, except {@link #open}, {@link #save}, {@link #keep}, {@link
 * #block} and their opposites and {@link #close}, which use the disk; the hashing of unchecked
 * fragments is left to the executor that was given.
 */
public final class HotFragments implements AutoCloseable {
  static final String HOT = "hot";
  private static final String WISHES = "wishes";

  private final Path directory;
  private final HotOptions options;
  private final Executor hashing;
  private final StoreMetrics metrics;
  private final Wishes wishes;
  private final Shelf fragments;
  private final Shelf small;
  private final List<Shelf> shelves;
  private final Map<FragmentHash, CompletableFuture<Optional<Verdict>>> checks =
      new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  private HotFragments(
      Path directory,
      HotOptions options,
      Executor hashing,
      StoreMetrics metrics,
      Wishes wishes,
      Shelf fragments,
      Shelf small) {
    this.directory = directory;
    this.options = options;
    this.hashing = hashing;
    this.metrics = metrics;
    this.wishes = wishes;
    this.fragments = fragments;
    this.small = small;
    this.shelves = List.of(fragments, small);
  }

  /**
   * Opens the store in a directory, or makes it. What it holds is there at once, unchecked.
   *
   * @param options the limits; the quota may be lower than the store was made for, which leaves the
   *     files as large as they are, but not higher
   * @param hashing runs the checks of fragments, some milliseconds each
   * @param metrics is told what happens
   */
  public static HotFragments open(
      Path directory, HotOptions options, Executor hashing, StoreMetrics metrics)
      throws StoreException {
    boolean isNew = !StoreDirectory.exists(directory);
    HotOptions made = StoreDirectory.prepare(directory, options);
    try {
      return open(directory, made, options, hashing, metrics);
    } catch (StoreException e) {
      if (isNew) {
        // So that a smaller quota can be tried.
        try {
          StoreDirectory.remove(directory);
        } catch (StoreException notRemoved) {
          e.addSuppressed(notRemoved);
        }
      }
      throw e;
    }
  }

  private static HotFragments open(
      Path directory, HotOptions made, HotOptions options, Executor hashing, StoreMetrics metrics)
      throws StoreException {
    Wishes wishes = Wishes.read(directory.resolve(WISHES), options.maxWishes());
    List<HotSet.Standing> standings = standings(directory.resolve(HOT));
    Geometry whole = Geometry.paged(made.fragmentBytes(), made.quotaBytes() - made.smallBytes());
    Geometry little = Geometry.small(made.smallBytes());
    long smallBytes = Math.min(made.smallBytes(), options.smallBytes());
    Shelf fragments =
        Shelf.open(
            directory,
            StoreDirectory.FRAGMENTS,
            whole,
            options.quotaBytes() - smallBytes,
            options,
            metrics);
    boolean isOpen = false;
    try {
      Shelf small =
          Shelf.open(directory, StoreDirectory.SMALL, little, smallBytes, options, metrics);
      isOpen = true;
      HotFragments hot =
          new HotFragments(directory, options, hashing, metrics, wishes, fragments, small);
      wishes.kept().forEach(hash -> hot.shelves.forEach(shelf -> shelf.admission.keep(hash)));
      hot.shelves.forEach(shelf -> shelf.takeUp(standings));
      return hot;
    } finally {
      if (!isOpen) {
        fragments.store.close();
      }
    }
  }

  private static List<HotSet.Standing> standings(Path file) throws StoreException {
    try {
      Optional<List<HotSet.Standing>> read = HotSet.read(file);
      if (read.isEmpty() && file.toFile().exists()) {
        StoreLog.hotSetUnreadable(file);
      }
      return read.orElse(List.of());
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot read " + file + ": " + e, e);
    }
  }

  /** One store and the judge of what stays in it. */
  private static final class Shelf {
    private final ChronicleFragmentStore store;
    private final Admission admission;

    private Shelf(ChronicleFragmentStore store, Admission admission) {
      this.store = store;
      this.admission = admission;
    }

    static Shelf open(
        Path directory,
        String name,
        Geometry geometry,
        long limitBytes,
        HotOptions options,
        StoreMetrics metrics)
        throws StoreException {
      ChronicleFragmentStore store =
          ChronicleFragmentStore.open(directory, name, geometry, limitBytes);
      StoreLog.opened(directory, name, store.opening());
      long limit = store.occupancy().limitBytes();
      long footprint = geometry.footprint(geometry.maxLength());
      long fillBytes =
          Math.max(1, Math.min(options.maxFills(), limit / footprint / 16)) * footprint;
      long maxBytes = Math.max(0, limit - fillBytes);
      return new Shelf(
          store,
          new Admission(
              maxBytes,
              maxBytes / 100 * options.keptPercent(),
              maxBytes / geometry.chunkBytes(),
              fragment -> {
                if (fragment.remove()) {
                  metrics.left(Leaving.EVICTED);
                }
              }));
    }

    void takeUp(List<HotSet.Standing> standings) {
      admission.takeUp(store.fragments(), standings);
    }
  }

  /**
   * Looks for a fragment and counts this as a use. Never hashes: what is {@linkplain
   * Lookup.Unchecked unchecked} has to be asked for by {@link #lookup}.
   */
  public Lookup find(FragmentHash hash) {
    Lookup found = findUncounted(hash);
    if (found instanceof Lookup.Hit hit) {
      metrics.found(hit.outcome());
    } else if (found instanceof Lookup.Miss miss) {
      metrics.found(miss.outcome());
    }
    return found;
  }

  /** Pins a fragment that may be served at once, and counts this as a use; else counts nothing. */
  public Optional<Pin> pinIfHere(FragmentHash hash) {
    if (isClosed || wishes.isBlocked(hash)) {
      return Optional.empty();
    }
    for (Shelf shelf : shelves) {
      Optional<Pin> pin = shelf.admission.peek(hash).flatMap(StoredFragment::pin);
      if (pin.isPresent()) {
        Optional<StoredFragment> unused = shelf.admission.use(hash);
        metrics.found(Outcome.HIT);
        return pin;
      }
    }
    return Optional.empty();
  }

  private Lookup findUncounted(FragmentHash hash) {
    if (isClosed) {
      return new Lookup.Miss(Outcome.MISS_CLOSED);
    }
    if (wishes.isBlocked(hash)) {
      return new Lookup.Miss(Outcome.MISS_BLOCKED);
    }
    Optional<StoredFragment> found = fragments.admission.use(hash);
    if (found.isEmpty()) {
      found = small.admission.use(hash);
    }
    if (found.isEmpty()) {
      return new Lookup.Miss(Outcome.MISS_ABSENT);
    }
    Optional<Pin> pin = found.get().pin();
    if (pin.isPresent()) {
      return new Lookup.Hit(pin.get(), Outcome.HIT);
    }
    return found.get().isChecked() ? new Lookup.Miss(Outcome.MISS_ABSENT) : new Lookup.Unchecked();
  }

  /** Tells whether a fragment is here and may be served; nothing is counted or hashed. */
  public boolean contains(FragmentHash hash) {
    return !isClosed && !wishes.isBlocked(hash) && peek(hash).isPresent();
  }

  /** Looks for a fragment; if it is unchecked it is hashed first, once for all who wait. */
  public CompletionStage<Lookup> lookup(FragmentHash hash) {
    Lookup found = find(hash);
    if (!(found instanceof Lookup.Unchecked)) {
      return CompletableFuture.completedFuture(found);
    }
    return check(hash).thenApply(verdict -> afterCheck(hash, verdict));
  }

  private Lookup afterCheck(FragmentHash hash, Optional<Verdict> verdict) {
    Outcome outcome = Outcome.MISS_OVERLOADED;
    if (verdict.isPresent()) {
      outcome =
          switch (verdict.get()) {
            case RIGHT -> Outcome.HIT_CHECKED;
            case WRONG -> Outcome.MISS_DAMAGED;
            case GONE -> Outcome.MISS_ABSENT;
          };
    }
    if (outcome == Outcome.HIT_CHECKED) {
      Optional<Pin> pin = peek(hash).flatMap(StoredFragment::pin);
      if (pin.isPresent()) {
        metrics.found(outcome);
        return new Lookup.Hit(pin.get(), outcome);
      }
      outcome = Outcome.MISS_ABSENT;
    }
    metrics.found(outcome);
    return new Lookup.Miss(outcome);
  }

  private Optional<StoredFragment> peek(FragmentHash hash) {
    return fragments.admission.peek(hash).or(() -> small.admission.peek(hash));
  }

  private CompletableFuture<Optional<Verdict>> check(FragmentHash hash) {
    CompletableFuture<Optional<Verdict>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Verdict>> others = checks.putIfAbsent(hash, mine);
    if (others != null) {
      return others;
    }
    boolean isAccepted = false;
    if (checks.size() <= options.maxChecks()) {
      try {
        hashing.execute(() -> check(hash, mine));
        isAccepted = true;
      } catch (RejectedExecutionException e) {
        // A full executor is an answer: the caller is told to look elsewhere.
        isAccepted = false;
      }
    }
    if (!isAccepted) {
      checks.remove(hash, mine);
      mine.complete(Optional.empty());
    }
    return mine;
  }

  private void check(FragmentHash hash, CompletableFuture<Optional<Verdict>> told) {
    try {
      Verdict verdict = peek(hash).map(this::check).orElse(Verdict.GONE);
      checks.remove(hash, told);
      told.complete(Optional.of(verdict));
    } catch (RuntimeException e) {
      checks.remove(hash, told);
      told.completeExceptionally(e);
    }
  }

  /** Hashes a fragment; a damaged one is removed and told of. */
  Verdict check(StoredFragment fragment) {
    Verdict verdict = fragment.check();
    if (verdict == Verdict.WRONG) {
      shelves.forEach(shelf -> shelf.admission.forget(fragment));
      metrics.left(Leaving.DAMAGED);
      StoreLog.damaged(fragment.hash());
    }
    return verdict;
  }

  /**
   * Takes room for a fragment; when its fill is complete it is decided what it is worth, and what
   * has to leave for it leaves.
   *
   * @param length how many bytes it has
   */
  public Reservation fill(FragmentHash hash, int length) {
    Reservation answer;
    Shelf shelf = length <= Geometry.SMALL_MAX_LENGTH ? small : fragments;
    if (wishes.isBlocked(hash)) {
      answer = new Reservation.Refused(Refusal.BLOCKED);
    } else {
      answer = shelf.store.reserve(hash, length);
    }
    if (answer instanceof Reservation.Granted granted) {
      return new Reservation.Granted(
          new JudgedFill(
              granted.fill(), metrics, fragment -> !isUnwanted(fragment, shelf.admission)));
    }
    if (answer instanceof Reservation.Refused refused) {
      metrics.refused(refused.why());
    }
    return answer;
  }

  private boolean isUnwanted(StoredFragment fragment, Admission admission) {
    if (!admission.admit(fragment)) {
      return true;
    }
    // It may have been blocked while it was filled.
    if (wishes.isBlocked(fragment.hash())) {
      purge(fragment.hash());
      return true;
    }
    return false;
  }

  /**
   * Removes a fragment, as when its file was deleted on chain: found no more from now on, nor after
   * a crash.
   *
   * @return whether it was here
   */
  public boolean purge(FragmentHash hash) {
    boolean wasHere = false;
    for (Shelf shelf : shelves) {
      Optional<StoredFragment> found = shelf.admission.forget(hash);
      if (found.isPresent() && found.get().remove()) {
        metrics.left(Leaving.PURGED);
        wasHere = true;
      }
    }
    return wasHere;
  }

  /**
   * Keeps a fragment for good, whatever others are worth; remembered over restarts.
   *
   * @return whether there is room for the wish, and for the fragment if it is here
   */
  public boolean keep(FragmentHash hash) throws IOException {
    if (!wishes.keep(hash)) {
      return false;
    }
    wishes.write();
    boolean hasRoom = true;
    for (Shelf shelf : shelves) {
      hasRoom &= shelf.admission.keep(hash);
    }
    return hasRoom;
  }

  /** Takes back a {@link #keep}. */
  public void unkeep(FragmentHash hash) throws IOException {
    wishes.unkeep(hash);
    wishes.write();
    shelves.forEach(shelf -> shelf.admission.unkeep(hash));
  }

  /**
   * Neither serves nor takes a fragment any more, and removes it; remembered over restarts.
   *
   * @return whether there is room for the wish
   */
  public boolean block(FragmentHash hash) throws IOException {
    if (!wishes.block(hash)) {
      return false;
    }
    wishes.write();
    purge(hash);
    return true;
  }

  /** Takes back a {@link #block}. */
  public void unblock(FragmentHash hash) throws IOException {
    wishes.unblock(hash);
    wishes.write();
  }

  /** Returns all fragments that are here, in no order. */
  public List<StoredFragment> fragments() {
    List<StoredFragment> all = new ArrayList<>();
    shelves.forEach(shelf -> all.addAll(shelf.admission.fragments()));
    return all;
  }

  /** Returns what is used, by whole fragments and by small objects. */
  public HotStats stats() {
    return new HotStats(
        fragments.store.occupancy(),
        small.store.occupancy(),
        fragments.admission.keptBytes() + small.admission.keptBytes(),
        checks.size(),
        fragments.store.opening(),
        small.store.opening());
  }

  /** Returns what is used in both parts together. */
  public Occupancy occupancy() {
    return fragments.store.occupancy().plus(small.store.occupancy());
  }

  /**
   * Writes down what is hot, for the next start; to be called now and then, once in some minutes.
   *
   * @return whether it could be written; if not, the operator was told
   */
  public boolean save() {
    List<HotSet.Standing> standings = new ArrayList<>();
    shelves.forEach(shelf -> standings.addAll(shelf.admission.standings()));
    Path file = directory.resolve(HOT);
    try {
      HotSet.write(file, standings);
      return true;
    } catch (IOException e) {
      StoreLog.notSaved(file, e);
      return false;
    }
  }

  /** Saves, and closes the stores: their files are let go of when the last pin is closed. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    save();
    shelves.forEach(shelf -> shelf.store.close());
  }
}
