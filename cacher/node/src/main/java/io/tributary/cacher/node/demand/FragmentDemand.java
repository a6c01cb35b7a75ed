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

  /** Set by who judges; empty while this node is no home of the fragment, or has not looked. */
  Optional<HomeCount> homes = Optional.empty();

  FragmentDemand(FragmentName name, DecayingRate rate) {
    this.name = name;
    this.rate = rate;
  }

  FragmentName name() {
    return name;
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
