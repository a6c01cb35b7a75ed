package io.tributary.cacher.node.demand;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.demand.DemandMetrics.PrefetchEnd;
import io.tributary.cacher.node.fill.FillAnswer;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.node.rate.TokenBucket;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.exchange.FragmentName;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Fetches ahead what probably is asked for next: the other data columns of a segment that is read,
 * and those of the next one. Thread-safe; never waits.
 *
 * <p>Of those, a node fetches what it is a base home of: nobody else would be asked for it first.
 * Of the column that it was asked for itself, it also tells the home in the next segment. So each
 * column of a file that is read from its start to its end is passed on from home to home.
 */
final class Prefetch {
  /** The share of all fills that may be for what nobody waits for. */
  static final int FILLS_DIVISOR = 2;

  private final DemandSettings settings;
  private final HotFragments hot;
  private final Catalog catalog;
  private final Fills fills;
  private final Predicate<FragmentName> isAllowed;
  private final NextHomes homes;
  private final Asks asks;
  private final LongSupplier nanoTime;
  private final DemandMetrics metrics;
  private final Optional<TokenBucket> budget;
  private final Cache<FragmentHash, Boolean> unused;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong fragments = new AtomicLong();
  private final AtomicLong used = new AtomicLong();

  Prefetch(
      DemandSettings settings,
      HotFragments hot,
      Catalog catalog,
      Fills fills,
      Predicate<FragmentName> isAllowed,
      NextHomes homes,
      Asks asks,
      LongSupplier nanoTime,
      DemandMetrics metrics) {
    this.settings = settings;
    this.hot = hot;
    this.catalog = catalog;
    this.fills = fills;
    this.isAllowed = isAllowed;
    this.homes = homes;
    this.asks = asks;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    long rate = settings.prefetchBytesPerSecond();
    this.budget =
        rate == 0
            ? Optional.empty()
            : Optional.of(
                new TokenBucket(
                    rate,
                    Math.max(Layout.FRAGMENT_BYTES, rate * DemandSettings.PREFETCH_BURST_SECONDS),
                    nanoTime));
    this.unused =
        Caffeine.newBuilder().maximumSize(settings.maxTracked()).executor(Runnable::run).build();
  }

  boolean isOff() {
    return budget.isEmpty();
  }

  /** A fragment is being read: if it had been fetched ahead, that was of use. */
  void onRead(FragmentHash hash) {
    // Most were not, and to look is cheaper than to remove.
    if (unused.policy().getIfPresentQuietly(hash) != null && unused.asMap().remove(hash) != null) {
      used.incrementAndGet();
      metrics.prefetchUsed();
    }
  }

  /**
   * Fetches ahead around a segment that is hot.
   *
   * @param column the one that was asked for here
   */
  void around(Fid fid, int segment, int column) {
    Optional<FileRecord> known = catalog.known(fid);
    if (known.isEmpty()) {
      return;
    }
    Manifest file = known.get().manifest();
    for (int ahead = 0; ahead <= 1 && segment + ahead < file.segments().size(); ahead++) {
      for (int each = 0; each < Layout.DATA_COLUMNS; each++) {
        int at = segment + ahead;
        FragmentName name = new FragmentName(fid, at, each, file.fragment(at, each));
        boolean isWorthIt = !name.hash().isZero() && isAllowed.test(name);
        if (isWorthIt && homes.rank(name, DemandSettings.BASE_HOMES) >= 0) {
          fetch(name);
        } else if (isWorthIt && ahead == 1 && each == column) {
          asks.ask(name, 0, nanoTime.getAsLong());
        }
      }
    }
  }

  private void fetch(FragmentName name) {
    if (hot.contains(name.hash()) || fills.isUnderWay(name.hash())) {
      return;
    }
    boolean hasRoom = fills.underWay() < Math.max(1, fills.maxUnderWay() / FILLS_DIVISOR);
    if (!hasRoom || !budget.orElseThrow().tryTake(Layout.FRAGMENT_BYTES)) {
      metrics.prefetched(PrefetchEnd.OVER_BUDGET, 0);
      return;
    }
    unused.put(name.hash(), true);
    fills.get(name, true).whenComplete((answer, failure) -> onAnswer(name, answer));
  }

  private void onAnswer(FragmentName name, FillAnswer answer) {
    if (answer instanceof FillAnswer.Bytes begun) {
      begun.body().close();
      bytes.addAndGet(Layout.FRAGMENT_BYTES);
      fragments.incrementAndGet();
      metrics.prefetched(PrefetchEnd.FETCHED, Layout.FRAGMENT_BYTES);
    } else if (!(answer instanceof FillAnswer.AlreadyHere)) {
      unused.invalidate(name.hash());
      metrics.prefetched(PrefetchEnd.NOT_HAD, 0);
    }
  }

  long budgetBytes() {
    return budget.map(TokenBucket::available).orElse(0L);
  }

  long bytes() {
    return bytes.get();
  }

  long fragments() {
    return fragments.get();
  }

  long used() {
    return used.get();
  }

  long bytesPerSecond() {
    return settings.prefetchBytesPerSecond();
  }
}
