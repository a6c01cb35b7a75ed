package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.region.gossip.Contact;
import io.tributary.region.record.SignedRecord;
import java.util.Optional;

/** One way to look for sources of a fragment. Thread-safe. */
@FunctionalInterface
public interface SourceFinder {

  /**
   * Begins to look.
   *
   * @param atMost how many are enough
   * @param listener told of what is found
   * @return ends the search
   */
  Cancellation find(FragmentHash fragment, int atMost, Listener listener);

  /** Told of what is found, on any thread. */
  interface Listener {

    /** Here is one. */
    void onFound(Contact peer, Optional<SignedRecord> record);

    /** There are no more. */
    void onDone();
  }

  /** Ends something that is under way. */
  @FunctionalInterface
  interface Cancellation {
    /** Ends it; does nothing if it has ended. */
    void cancel();
  }
}
