package io.tributary.cacher.node.demand;

import io.tributary.cacher.node.rate.DecayingRate;
import io.tributary.exchange.FragmentName;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The demand for one fragment at this node. Bytes are counted by any thread, the rest by one. */
final class FragmentDemand implements Reading {
  private final FragmentName name;
  private final LongAdder sent = new LongAdder();
  private final DecayingRate rate;

  /** When what is read next was last looked after because of this fragment. */
  private volatile long lookedAfterNanos;

  /** Set by who judges; empty while this node is no home of the fragment, or has not looked. */
  Optional<HomeCount> homes = Optional.empty();

  /**
   * A fragment of which nothing was read yet.
   *
   * @param longAgoNanos a time at which what is read next may count as looked after
   */
  FragmentDemand(FragmentName name, DecayingRate rate, long longAgoNanos) {
    this.name = name;
    this.rate = rate;
    this.lookedAfterNanos = longAgoNanos;
  }

  FragmentName name() {
    return name;
  }

  /** Whether what is read next was looked after less than so long ago. */
  boolean isLookedAfter(long forNanos, long nowNanos) {
    return nowNanos - lookedAfterNanos < forNanos;
  }

  void setLookedAfter(long nowNanos) {
    lookedAfterNanos = nowNanos;
  }

  @Override
  public void sent(int bytes) {
    sent.add(bytes);
  }

  /** This node's share of the demand, in bytes per second. */
  double bytesPerSecond(long nowNanos) {
    rate.add(sent.sumThenReset(), nowNanos);
    return rate.perSecond(nowNanos);
  }
}
