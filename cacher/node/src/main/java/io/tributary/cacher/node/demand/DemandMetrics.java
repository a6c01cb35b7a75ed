package io.tributary.cacher.node.demand;

/** Is told what is done about demand. Called by many threads: count and return. */
public interface DemandMetrics {
  /** Counts nothing. */
  DemandMetrics NONE = new DemandMetrics() {};

  /** A fragment has one more home, by this node's count. */
  default void raised(int homes) {}

  /** A fragment has one home less, by this node's count. */
  default void lowered(int homes) {}

  /** Another home was asked to fetch a fragment, or was not. */
  default void asked(AskEnd end) {}

  /** A fragment was to be fetched ahead. */
  default void prefetched(PrefetchEnd end, long bytes) {}

  /** A fragment that was fetched ahead has been asked for. */
  default void prefetchUsed() {}

  /** What became of asking another home. The same word in logs and metrics. */
  enum AskEnd {
    /** It has the fragment already. */
    HELD,
    /** It has fetched the fragment. */
    FILLED,
    /** It did not answer, or could not get the fragment. */
    FAILED,
    /** As many were being asked, or had been in this minute, as may be. */
    OVER_BUDGET,
    /** There is no further home that this node may deal with. */
    NO_HOME
  }

  /** What became of fetching ahead. The same word in logs and metrics. */
  enum PrefetchEnd {
    /** It is here. */
    FETCHED,
    /** It could not be had, or is not worth its room. */
    NOT_HAD,
    /** The budget is used up, or fills that somebody waits for need the room. */
    OVER_BUDGET
  }
}
