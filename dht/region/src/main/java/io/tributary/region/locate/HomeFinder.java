package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.region.gossip.Contact;
import io.tributary.region.placement.Placement;
import io.tributary.region.record.SignedRecord;
import java.util.Optional;
import java.util.function.Supplier;

/** Computes the homes in the own region, for a node that follows it. */
public final class HomeFinder implements SourceFinder {
  private final Supplier<Placement> placement;

  /**
   * @param placement as of now
   */
  public HomeFinder(Supplier<Placement> placement) {
    this.placement = placement;
  }

  @Override
  public Cancellation find(FragmentHash fragment, int atMost, Listener listener) {
    for (SignedRecord home : placement.get().homes(fragment, atMost)) {
      listener.onFound(Contact.of(home), Optional.of(home));
    }
    listener.onDone();
    return () -> {};
  }
}
