package io.tributary.cacher.node.demand;

import io.tributary.exchange.FragmentName;
import java.util.concurrent.CompletionStage;

/** The homes of fragments, and the way to have others fetch one. Thread-safe; never waits. */
public interface NextHomes {
  /**
   * This node's place among a fragment's homes, from 0 on; -1 if it is none of the first. A node
   * that knows of no region is the only home of everything.
   *
   * @param atMost how many homes are looked at
   */
  int rank(FragmentName name, int atMost);

  /**
   * Has the home of a place fetch a fragment, if it does not hold it.
   *
   * @param rank its place in the fragment's order of members
   */
  CompletionStage<DemandMetrics.AskEnd> ask(FragmentName name, int rank);
}
