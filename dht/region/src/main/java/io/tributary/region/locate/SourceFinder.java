package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.gossip.Contact;
import io.tributary.region.record.SignedRecord;
import java.util.Optional;
import java.util.function.Consumer;

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

  /**
   * Looks where a peer is now that was found before and whose addresses led nowhere.
   *
   * @param found told at most once, on any thread: where it is, or nothing if that is not known
   * @return ends the search
   */
  default Cancellation findAgain(PeerId peer, Consumer<Optional<Contact>> found) {
    found.accept(Optional.empty());
    return () -> {};
  }

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
