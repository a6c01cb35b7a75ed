package io.tributary.cacher.node.demand;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.node.rate.DecayingRate;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.libp2p.time.Timekeeper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * The demand for fragments at this node, and what is done about it: more homes for what is asked of
 * it more than a home's share, and fewer when that is over; what is read next is fetched ahead.
 *
 * <p>Bounded and thread-safe; never waits.
 */
public final class Demand implements AutoCloseable {

  /*
   * How homes are added
   * -------------------
   * Everybody computes the same order of members for a fragment, and the first two are its homes.
   * Who wants it asks the homes in that order, or by their speed, and goes on to the next in rank
   * when one is busy. So a home that has more to do than its share need not tell those who ask: it
   * is enough that the next in rank holds the fragment by then. The home asks that one to fetch it,
   * and counts one home more. If the demand grows on, the homes that carry it do the same again,
   * each by what it sends itself, so that no counts are exchanged and nobody's word is believed.
   *
   * Why it stays bounded
   * --------------------
   * What counts is bytes that were sent, which are paid for, at most a window before they are; who
   * wants to make a fragment look hot has to buy it, many times over for each home that it gets,
   * and the homes are few. A home is asked by a paid request like everybody's: there is nothing by
   * which a node can be made to fetch what nobody bought. How many are asked at a time and in a
   * minute is limited, and so is of how many fragments the demand is known.
   *
   * One home less is nothing that is done: it is no longer counted, and the copy leaves when others
   * are worth more. Between the bound at which one is added and that at which one is taken away lies
   * a factor of two at least, since one home more halves the share where there were two.
   */

  private record SegmentId(Fid fid, int segment) {}

  private final DemandSettings settings;
  private final long tickNanos;
  private final NextHomes homes;
  private final Timekeeper time;
  private final Executor executor;
  private final DemandMetrics metrics;
  private final Asks asks;
  private final Prefetch prefetch;
  private final Cache<FragmentHash, FragmentDemand> fragments;
  private final Cache<SegmentId, DecayingRate> segments;
  private volatile List<Integer> byHomes;
  private volatile Optional<Timekeeper.Timer> next = Optional.empty();
  private volatile boolean isClosed;

  /**
   * Demand of which nothing is known yet.
   *
   * @param isAllowed what may be fetched at all, by the operator's rules
   * @param homes the other homes
   * @param executor where demand is judged
   */
  public Demand(
      DemandSettings settings,
      HotFragments hot,
      Catalog catalog,
      Fills fills,
      Predicate<FragmentName> isAllowed,
      NextHomes homes,
      Executor executor,
      Timekeeper time,
      DemandMetrics metrics) {
    this.settings = settings;
    this.tickNanos = settings.tick().toNanos();
    this.homes = homes;
    this.time = time;
    this.executor = executor;
    this.metrics = metrics;
    this.asks = new Asks(settings, homes, metrics, time.nanoTime());
    this.prefetch =
        new Prefetch(
            settings, hot, catalog, fills, isAllowed, homes, asks, time::nanoTime, metrics);
    this.fragments = bounded(settings.maxTracked());
    this.segments = bounded(settings.maxTracked());
    this.byHomes = Collections.nCopies(settings.maxHomes() + 1, 0);
  }

  private static <K, V> Cache<K, V> bounded(int size) {
    return Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
  }

  /** Begins to judge, again and again. */
  public void start() {
    next = Optional.of(time.after(settings.tick(), this::onTick));
  }

  private void onTick() {
    if (isClosed) {
      return;
    }
    try {
      executor.execute(
          () -> {
            judge();
            start();
          });
    } catch (RejectedExecutionException e) {
      // An overloaded node has better things to do than to judge; it looks again.
      start();
    }
  }

  /** A fragment is about to be read here. */
  public Reading opened(FragmentName name) {
    long now = time.nanoTime();
    FragmentDemand demand =
        fragments.get(
            name.hash(),
            hash ->
                new FragmentDemand(
                    name, new DecayingRate(settings.halfLife(), now), now - tickNanos));
    prefetch.onRead(name.hash());
    // What was looked after a moment ago need not be again: there may be thousands of reads a tick.
    if (!prefetch.isOff()
        && name.column() < Layout.DATA_COLUMNS
        && !demand.isLookedAfter(tickNanos, now)
        && isHot(name, now)) {
      demand.setLookedAfter(now);
      lookAfter(name);
    }
    return demand;
  }

  /** Counts a request for a segment; true if it was the last one that made the segment hot. */
  private boolean isHot(FragmentName name, long now) {
    DecayingRate rate =
        segments.get(
            new SegmentId(name.fid(), name.segment()),
            id -> new DecayingRate(settings.halfLife(), now));
    synchronized (rate) {
      rate.add(1, now);
      // Half a request less, since the first ones have decayed a little.
      boolean isHot = rate.sum(now) > settings.hotSegmentRequests() - 0.5;
      if (isHot) {
        rate.add(-settings.hotSegmentRequests(), now);
      }
      return isHot;
    }
  }

  private void lookAfter(FragmentName name) {
    try {
      executor.execute(() -> prefetch.around(name.fid(), name.segment(), name.column()));
    } catch (RejectedExecutionException e) {
      // It would have been a favour.
      return;
    }
  }

  /** Judges all that is known, as is done with each tick. */
  synchronized void judge() {
    long now = time.nanoTime();
    int[] counts = new int[settings.maxHomes() + 1];
    for (FragmentDemand each : fragments.asMap().values()) {
      double share = each.bytesPerSecond(now);
      if (each.homes.isEmpty() && share < (double) settings.lowerBytesPerSecond()) {
        continue;
      }
      int rank = homes.rank(each.name(), settings.maxHomes());
      if (rank < 0) {
        each.homes = Optional.empty();
        continue;
      }
      HomeCount count = each.homes.orElseGet(() -> new HomeCount(settings, rank, now));
      each.homes = Optional.of(count);
      judge(each, count, share, now);
      counts[count.homes()]++;
    }
    List<Integer> seen = new ArrayList<>();
    for (int count : counts) {
      seen.add(count);
    }
    byHomes = seen;
  }

  private void judge(FragmentDemand fragment, HomeCount count, double share, long now) {
    switch (count.update(share, now)) {
      case RAISED -> {
        metrics.raised(count.homes());
        asks.ask(fragment.name(), count.homes() - 1, now);
      }
      case LOWERED -> metrics.lowered(count.homes());
      case NONE -> {
        boolean isCold = share < 1 && count.homes() == DemandSettings.BASE_HOMES;
        if (isCold) {
          fragment.homes = Optional.empty();
        }
      }
    }
  }

  /** What is known and was done. */
  public DemandFigures figures() {
    return new DemandFigures(
        fragments.estimatedSize(),
        byHomes,
        asks.underWay(),
        prefetch.bytesPerSecond(),
        prefetch.budgetBytes(),
        prefetch.bytes(),
        prefetch.fragments(),
        prefetch.used());
  }

  /** Judges no more and begins to fetch nothing more. */
  @Override
  public void close() {
    isClosed = true;
    next.ifPresent(Timekeeper.Timer::cancel);
  }
}
