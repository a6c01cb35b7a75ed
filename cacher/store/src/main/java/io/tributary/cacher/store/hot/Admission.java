package io.tributary.cacher.store.hot;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.content.FragmentHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The index of what is stored, and the judge of what stays: Caffeine's W-TinyLFU over footprints.
 *
 * <p>Thread-safe. Caffeine's maintenance runs on the threads that call, so that a decision is made
 * when {@link #admit} returns; a look-up may do a share of it, which costs microseconds.
 */
public final class Admission {
  /*
   * WHY THE STORE NEVER WAITS FOR THE JUDGE, NOR OVERFLOWS
   *
   * Caffeine evicts after it has inserted, and the store's limit is a wall. So the judge is given
   * less than the store has: the difference is the room of fills. A fill takes its room from the
   * store before its first byte; when it is complete the fragment is put to the judge, and whatever
   * he throws out, often the newcomer itself, is removed from the store before admit() returns.
   * Thus room is free again before the next fill asks for it. A fill that fails has thrown out
   * nothing: a source that lies cannot empty the store.
   *
   * Kept fragments weigh nothing, which Caffeine never evicts, and what they take is subtracted from
   * what it may use.
   *
   * What leaves, or is sent away, takes the count of its uses along: some are remembered, and one
   * that comes back is put to the judge with the uses it had. Where there are more favourites than
   * room the sketch alone forgets many of them between two requests, and what then stays depends on
   * chance more than on worth.
   *
   * The sketch of frequencies is Caffeine's own and cannot be read or written. What can be told of
   * it is the order from hot to cold; beside it each resident counts its uses up to fifteen, as the
   * sketch does, and halves the count when the sketch would. Replayed into an empty judge, coldest
   * first and then use by use, this gives the same fragments nearly the same standing. Residents are
   * put in first: Caffeine makes its sketch when it is half full, and what is used before is not
   * counted.
   */

  /** The most uses that are told apart, as in Caffeine's sketch. */
  public static final int MAX_USES = 15;

  /** Uses per resident after which all counts are halved, as in Caffeine's sketch. */
  private static final int HALVE_AFTER = 10;

  private final long maxBytes;
  private final long maxKeptBytes;
  private final Consumer<StoredFragment> leaves;
  private final Cache<FragmentHash, Resident> cache;
  private final Policy.Eviction<FragmentHash, Resident> eviction;
  private final Queue<Resident> evicted = new ConcurrentLinkedQueue<>();
  private final FormerUses formerUses;
  private final Set<FragmentHash> wished = ConcurrentHashMap.newKeySet();
  private long keptBytes;

  /**
   * An empty index.
   *
   * @param maxBytes the footprints that may stay
   * @param maxKeptBytes the part of it that may be kept at the operator's wish
   * @param fragments how many fragments that is, about
   * @param leaves is told what was evicted, to remove it
   */
  public Admission(
      long maxBytes, long maxKeptBytes, long fragments, Consumer<StoredFragment> leaves) {
    this.maxBytes = maxBytes;
    this.maxKeptBytes = maxKeptBytes;
    this.leaves = leaves;
    this.formerUses = new FormerUses(fragments);
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(Admission::weight)
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable FragmentHash hash, @Nullable Resident resident, RemovalCause cause) -> {
                  if (resident != null) {
                    evicted.add(resident);
                  }
                })
            .build();
    this.eviction = cache.policy().eviction().orElseThrow();
  }

  private static int weight(FragmentHash hash, Resident resident) {
    return resident.isKept ? 0 : Math.toIntExact(resident.fragment.footprint());
  }

  /** A stored fragment and what is known of its use. */
  private static final class Resident {
    private final StoredFragment fragment;
    private final boolean isKept;

    /** Counted without care: lost counts do not matter. */
    private int uses;

    Resident(StoredFragment fragment, boolean isKept, int uses) {
      this.fragment = fragment;
      this.isKept = isKept;
      this.uses = uses;
    }
  }

  /** Finds a fragment and counts this as a use. */
  public Optional<StoredFragment> use(FragmentHash hash) {
    Resident resident = cache.getIfPresent(hash);
    if (resident == null) {
      return Optional.empty();
    }
    if (resident.uses < MAX_USES) {
      resident.uses++;
    }
    return Optional.of(resident.fragment);
  }

  /** Finds a fragment without counting. */
  public Optional<StoredFragment> peek(FragmentHash hash) {
    Resident resident = cache.policy().getIfPresentQuietly(hash);
    return Optional.ofNullable(resident).map(found -> found.fragment);
  }

  /**
   * Puts a stored fragment to the judge; who has to leave is told to {@code leaves} before this
   * returns.
   *
   * @return whether it may stay
   */
  public synchronized boolean admit(StoredFragment fragment) {
    int uses = Math.min(MAX_USES, formerUses.take(fragment.hash()) + 1);
    put(fragment, uses);
    for (int former = 1; former < uses; former++) {
      var unused = cache.getIfPresent(fragment.hash());
    }
    letGo();
    return peek(fragment.hash()).filter(found -> found == fragment).isPresent();
  }

  private void put(StoredFragment fragment, int uses) {
    boolean isKept =
        wished.contains(fragment.hash()) && keptBytes + fragment.footprint() <= maxKeptBytes;
    cache.put(fragment.hash(), new Resident(fragment, isKept, uses));
    if (isKept) {
      // After the put: its former weight must not count against the others.
      keptBytes += fragment.footprint();
      eviction.setMaximum(maxBytes - keptBytes);
    }
  }

  private void letGo() {
    cache.cleanUp();
    for (Resident next = evicted.poll(); next != null; next = evicted.poll()) {
      formerUses.remember(next.fragment.hash(), next.uses);
      leaves.accept(next.fragment);
    }
  }

  /** Takes a fragment out of the index; the caller removes it from the store. */
  public synchronized Optional<StoredFragment> forget(FragmentHash hash) {
    Resident resident = cache.asMap().remove(hash);
    if (resident == null) {
      return Optional.empty();
    }
    unkeep(resident);
    return Optional.of(resident.fragment);
  }

  /** Takes this fragment, and no later one of the same hash, out of the index. */
  public synchronized void forget(StoredFragment fragment) {
    if (peek(fragment.hash()).filter(found -> found == fragment).isPresent()) {
      forget(fragment.hash());
    }
  }

  /**
   * Keeps a fragment for good, now if it is here and from its next fill if not.
   *
   * @return whether there is room for it among the kept ones, as far as is known
   */
  public synchronized boolean keep(FragmentHash hash) {
    wished.add(hash);
    Resident resident = cache.policy().getIfPresentQuietly(hash);
    if (resident == null || resident.isKept) {
      return true;
    }
    boolean hasRoom = keptBytes + resident.fragment.footprint() <= maxKeptBytes;
    if (hasRoom) {
      put(resident.fragment, resident.uses);
      letGo();
    }
    return hasRoom;
  }

  /** Leaves a fragment to the judge again. */
  public synchronized void unkeep(FragmentHash hash) {
    wished.remove(hash);
    Resident resident = cache.policy().getIfPresentQuietly(hash);
    if (resident != null && resident.isKept) {
      unkeep(resident);
      put(resident.fragment, resident.uses);
      letGo();
    }
  }

  private void unkeep(Resident resident) {
    if (resident.isKept) {
      keptBytes -= resident.fragment.footprint();
      eviction.setMaximum(maxBytes - keptBytes);
    }
  }

  /** Returns the room of the kept fragments that are here, bytes. */
  public synchronized long keptBytes() {
    return keptBytes;
  }

  /** Returns what is here from cold to hot, and halves the counts of uses when that is due. */
  public synchronized List<HotSet.Standing> standings() {
    Map<FragmentHash, Resident> coldest = eviction.coldest(Integer.MAX_VALUE);
    List<HotSet.Standing> standings = new ArrayList<>(coldest.size());
    long all = 0;
    for (Map.Entry<FragmentHash, Resident> entry : coldest.entrySet()) {
      int uses = entry.getValue().uses;
      standings.add(new HotSet.Standing(entry.getKey(), uses));
      all += uses;
    }
    if (all > (long) HALVE_AFTER * coldest.size()) {
      coldest.values().forEach(resident -> resident.uses /= 2);
    }
    return standings;
  }

  /**
   * Takes up what a store holds, with the standing it had.
   *
   * @param fragments what is stored
   * @param standings from cold to hot; of fragments that are not stored none is made
   */
  public synchronized void takeUp(
      Collection<StoredFragment> fragments, List<HotSet.Standing> standings) {
    Map<FragmentHash, StoredFragment> unknown = new HashMap<>();
    fragments.forEach(fragment -> unknown.put(fragment.hash(), fragment));
    List<HotSet.Standing> known = new ArrayList<>();
    for (HotSet.Standing standing : standings) {
      @Nullable StoredFragment fragment = unknown.remove(standing.hash());
      if (fragment != null) {
        known.add(standing);
        put(fragment, standing.uses());
      }
    }
    // Nothing speaks for them, so they go in last and without a use: the first to be thrown out.
    unknown.values().forEach(fragment -> put(fragment, 0));
    for (int use = 1; use <= MAX_USES; use++) {
      for (HotSet.Standing standing : known) {
        if (standing.uses() >= use) {
          var unused = cache.getIfPresent(standing.hash());
        }
      }
    }
    letGo();
  }

  /** Returns all fragments that are here, in no order. */
  public Collection<StoredFragment> fragments() {
    return Collections.unmodifiableList(
        cache.asMap().values().stream().map(resident -> resident.fragment).toList());
  }
}
