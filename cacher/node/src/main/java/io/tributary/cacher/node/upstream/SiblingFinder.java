package io.tributary.cacher.node.upstream;

import io.tributary.exchange.FragmentName;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Provider;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.gossip.Contact;
import io.tributary.region.placement.Placement;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds sibling homes of a fragment that hold it now. They are asked first whether they do: a home
 * that would have to fill it itself might ask us.
 */
public final class SiblingFinder implements UpstreamFinder {
  /** How many homes are asked. */
  public static final int MAX_ASKED = 4;

  /** How long they may take to answer. */
  public static final Duration ANSWER_WITHIN = Duration.ofMillis(400);

  /** How long, when nothing else was of use. */
  public static final Duration ANSWER_AGAIN_WITHIN = Duration.ofSeconds(4);

  private final FragmentClient client;
  private final PeerId self;
  private final Supplier<Placement> placement;
  private final Predicate<CacherRecord> isAcceptable;
  private final Predicate<Contact> isDirect;
  private final PricePerGib ceiling;
  private final Executor executor;

  /**
   * Finds siblings by a placement.
   *
   * @param isAcceptable which siblings may be asked, such as by price and region
   * @param isDirect which are reached without a relay: they are preferred
   * @param ceiling the highest price that is paid
   * @param executor where bytes are handed over
   */
  public SiblingFinder(
      FragmentClient client,
      PeerId self,
      Supplier<Placement> placement,
      Predicate<CacherRecord> isAcceptable,
      Predicate<Contact> isDirect,
      PricePerGib ceiling,
      Executor executor) {
    this.client = client;
    this.self = self;
    this.placement = placement;
    this.isAcceptable = isAcceptable;
    this.isDirect = isDirect;
    this.ceiling = ceiling;
    this.executor = executor;
  }

  @Override
  public CompletionStage<List<Upstream>> find(FragmentName name, boolean isAgain) {
    List<Provider> direct = new ArrayList<>();
    List<Provider> relayed = new ArrayList<>();
    for (SignedRecord home : placement.get().homes(name.hash(), MAX_ASKED + 1)) {
      CacherRecord record = home.record();
      if (direct.size() + relayed.size() < MAX_ASKED
          && !record.peer().equals(self)
          && record.offer().price().compareTo(ceiling) <= 0
          && isAcceptable.test(record)) {
        (isDirect.test(Contact.of(home)) ? direct : relayed)
            .add(
                new Provider(
                    record.peer(), record.addresses(), Optional.of(record.offer().payout())));
      }
    }
    // One who has it is enough: to wait for the others costs more than a better choice saves.
    SiblingChoice choice = new SiblingChoice(direct.size(), relayed.size());
    Duration within = isAgain ? ANSWER_AGAIN_WITHIN : ANSWER_WITHIN;
    direct.forEach(each -> ask(each, true, name, within, choice));
    relayed.forEach(each -> ask(each, false, name, within, choice));
    return choice
        .made()
        .thenApply(
            taken ->
                taken
                    .<List<Upstream>>map(
                        home -> List.of(new SiblingUpstream(client, home, ceiling, executor)))
                    .orElse(List.of()));
  }

  private void ask(
      Provider home, boolean isDirect, FragmentName name, Duration within, SiblingChoice choice) {
    client
        .have(home, List.of(name.hash()), within)
        .whenComplete((held, failure) -> choice.told(home, isDirect, held != null && held.get(0)));
  }
}
