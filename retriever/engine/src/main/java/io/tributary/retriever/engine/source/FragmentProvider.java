package io.tributary.retriever.engine.source;

import io.tributary.fetch.Source;

/** One way to find who has a fragment: the region's homes, the miners of the placement. */
public interface FragmentProvider {

  /** Told of offers, on any thread. */
  interface Listener {

    /** Somebody may have it. */
    void onOffer(FragmentOffer offer);

    /** There is nobody else. */
    void onDone();
  }

  /** A search under way. Thread-safe. */
  interface Search {

    /** One that was offered is busy or of no use; another is wanted in its place. */
    default void passOver(Source source) {}

    /** Looks no further. */
    void cancel();
  }

  /**
   * Begins to look. Does not block.
   *
   * @param atOnce how many offers are wanted for now; more are when some are passed over
   */
  Search locate(FragmentWanted wanted, int atOnce, Listener listener);
}
