package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.Neighbours.Neighbour;
import io.tributary.region.lookup.Homes;
import io.tributary.region.lookup.HomesClient;
import io.tributary.region.record.SignedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks one member of each of the nearest regions for the homes there. */
public final class NeighbourFinder implements SourceFinder {
  /** How many regions are asked. */
  public static final int REGIONS = 3;

  private final Region own;
  private final Neighbours neighbours;
  private final Question question;

  /** How a member is asked; {@link HomesClient#ask} in a node. */
  @FunctionalInterface
  public interface Question {
    /** Asks a member for a fragment's homes. */
    CompletableFuture<Homes> ask(Contact member, Region region, FragmentHash fragment, int count);
  }

  /**
   * @param own the region that is not asked
   * @param neighbours who was met
   */
  public NeighbourFinder(Region own, Neighbours neighbours, Question question) {
    this.own = own;
    this.neighbours = neighbours;
    this.question = question;
  }

  @Override
  public Cancellation find(FragmentHash fragment, int atMost, Listener listener) {
    List<Neighbour> nearest = neighbours.nearest(REGIONS, own);
    if (nearest.isEmpty()) {
      listener.onDone();
      return () -> {};
    }
    int each = Math.min(HomesClient.MAX_COUNT, Math.max(1, atMost / nearest.size()));
    AtomicInteger open = new AtomicInteger(nearest.size());
    List<CompletableFuture<Homes>> asked = new ArrayList<>();
    for (Neighbour neighbour : nearest) {
      CompletableFuture<Homes> answer =
          question.ask(neighbour.member(), neighbour.region(), fragment, each);
      asked.add(answer);
      answer.whenComplete(
          (homes, failure) -> {
            if (homes != null) {
              for (SignedRecord home : homes.records()) {
                listener.onFound(Contact.of(home), Optional.of(home));
              }
            } else if (!answer.isCancelled()) {
              neighbours.forget(neighbour.member().peer());
            }
            if (open.decrementAndGet() == 0) {
              listener.onDone();
            }
          });
    }
    return () -> asked.forEach(answer -> answer.cancel(false));
  }
}
