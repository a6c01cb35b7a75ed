package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.locate.NeighbourFinder.Question;
import io.tributary.region.lookup.HomesClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks members of the own region for the homes, for a client that does not follow the region. */
public final class MemberFinder implements SourceFinder {
  /** How many members are asked, one after the other, until one answers. */
  public static final int MAX_ASKED = 4;

  private final Region region;
  private final Supplier<List<Contact>> members;
  private final Question question;

  /**
   * @param members some of the region, the best first
   */
  public MemberFinder(Region region, Supplier<List<Contact>> members, Question question) {
    this.region = region;
    this.members = members;
    this.question = question;
  }

  @Override
  public Cancellation find(FragmentHash fragment, int atMost, Listener listener) {
    Asking asking = new Asking(fragment, Math.min(atMost, HomesClient.MAX_COUNT), listener);
    asking.next(List.copyOf(members.get()), 0);
    return asking;
  }

  private final class Asking implements Cancellation {
    private final FragmentHash fragment;
    private final int count;
    private final Listener listener;
    private volatile boolean cancelled;
    private volatile Cancellation current = () -> {};

    Asking(FragmentHash fragment, int count, Listener listener) {
      this.fragment = fragment;
      this.count = count;
      this.listener = listener;
    }

    void next(List<Contact> all, int index) {
      if (cancelled || index >= Math.min(all.size(), MAX_ASKED)) {
        listener.onDone();
        return;
      }
      var answer = question.ask(all.get(index), region, fragment, count);
      current = () -> answer.cancel(false);
      if (cancelled) {
        current.cancel();
      }
      answer.whenComplete(
          (homes, failure) -> {
            if (homes == null) {
              next(all, index + 1);
            } else {
              homes
                  .records()
                  .forEach(home -> listener.onFound(Contact.of(home), Optional.of(home)));
              listener.onDone();
            }
          });
    }

    @Override
    public void cancel() {
      cancelled = true;
      current.cancel();
    }
  }
}
