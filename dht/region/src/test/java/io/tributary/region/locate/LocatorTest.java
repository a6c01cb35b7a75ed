package io.tributary.region.locate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.FragmentHash;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.MemoryDht;
import io.tributary.region.Region;
import io.tributary.region.TestMembers;
import io.tributary.region.gossip.Contact;
import io.tributary.region.lookup.Homes;
import io.tributary.region.membership.TestTime;
import io.tributary.region.placement.Placement;
import io.tributary.region.placement.StakeView;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LocatorTest {
  private static final PeerId SELF = TestMembers.key(1000).peerId();
  private static final FragmentHash FRAGMENT = TestMembers.fragment(new SplittableRandom(1));
  private static final Region ASIA = new Region("asia");
  private static final Region US = new Region("us");

  private final TestTime time = new TestTime();
  private final Map<Stage, SourceFinder> finders = new EnumMap<>(Stage.class);
  private final List<Source> sources = new ArrayList<>();
  private int exhausted;

  private final Locator.Listener listener =
      new Locator.Listener() {
        @Override
        public void onSource(Source source) {
          sources.add(source);
        }

        @Override
        public void onExhausted() {
          exhausted++;
        }
      };

  private Locator.Search locate(int wanted) {
    Locator.Search search = new Locator(SELF, finders, time).locate(FRAGMENT, wanted, listener);
    time.pass(Duration.ofMillis(1));
    return search;
  }

  private static Placement placement(int members) {
    return Placement.of(
        TestMembers.EU, TestMembers.members(members, TestMembers.EU), StakeView.NONE);
  }

  private List<PeerId> peers() {
    return sources.stream().map(source -> source.peer().peer()).toList();
  }

  private static List<PeerId> peers(List<SignedRecord> records) {
    return records.stream().map(record -> record.record().peer()).toList();
  }

  private PeerId source(int index) {
    return sources.get(index).peer().peer();
  }

  @Test
  void homes_comeInOrder_asManyAsWanted() {
    Placement placement = placement(30);
    finders.put(Stage.HOMES, new HomeFinder(() -> placement));
    locate(3);
    assertThat(peers()).isEqualTo(peers(placement.homes(FRAGMENT, 3)));
    assertThat(sources).allMatch(source -> source.stage() == Stage.HOMES);
    time.pass(Duration.ofMinutes(1));
    assertThat(sources).hasSize(3);
    assertThat(exhausted).isZero();
  }

  @Test
  void home_thatIsBusy_isFollowedByTheNextInOrder() {
    Placement placement = placement(30);
    finders.put(Stage.HOMES, new HomeFinder(() -> placement));
    Locator.Search search = locate(2);
    search.passOver(source(0));
    search.passOver(source(0));
    time.pass(Duration.ofMillis(1));
    assertThat(peers()).isEqualTo(peers(placement.homes(FRAGMENT, 3)));
  }

  @Test
  void home_behindARelay_letsFewThatAreReachedDirectlyGoFirst() {
    Placement placement = placement(30);
    List<PeerId> order = peers(placement.homes(FRAGMENT, 6));
    finders.put(Stage.HOMES, new HomeFinder(() -> placement));
    Locator.Search search =
        new Locator(SELF, finders, time, peer -> !peer.peer().equals(order.get(0)))
            .locate(FRAGMENT, 1, listener);
    for (int i = 0; i < 4; i++) {
      time.pass(Duration.ofMillis(1));
      search.passOver(source(i));
    }
    assertThat(peers().subList(0, 4))
        .containsExactly(order.get(1), order.get(2), order.get(0), order.get(3));
  }

  @Test
  void homes_allBehindRelays_comeInOrder() {
    Placement placement = placement(30);
    finders.put(Stage.HOMES, new HomeFinder(() -> placement));
    new Locator(SELF, finders, time, peer -> false).locate(FRAGMENT, 4, listener);
    time.pass(Duration.ofMillis(1));
    assertThat(peers()).isEqualTo(peers(placement.homes(FRAGMENT, 4)));
  }

  @Test
  void homes_usedUp_areFollowedByNeighboursThenProviders_eachPeerOnce() {
    finders.put(Stage.HOMES, new HomeFinder(() -> placement(2)));
    Neighbours neighbours = new Neighbours();
    SignedRecord asian = TestMembers.member(100, ASIA);
    neighbours.measured(Contact.of(asian), ASIA, Duration.ofMillis(80));
    finders.put(
        Stage.NEIGHBOURS,
        new NeighbourFinder(
            TestMembers.EU,
            neighbours,
            (member, region, fragment, count) ->
                CompletableFuture.completedFuture(
                    new Homes(ASIA, List.of(asian, TestMembers.member(101, ASIA))))));
    Map<Multihash, List<io.tributary.kademlia.message.Contact>> shared = MemoryDht.shared();
    MemoryDht dht = new MemoryDht(shared, SELF, () -> List.of(TestMembers.address(1)));
    for (int provider : new int[] {101, 102, 1000}) {
      new MemoryDht(
              shared,
              TestMembers.key(provider).peerId(),
              () -> List.of(TestMembers.address(provider)))
          .provide(ProviderFinder.keyOf(FRAGMENT));
    }
    finders.put(Stage.PROVIDERS, new ProviderFinder(dht));

    locate(16);
    assertThat(sources)
        .extracting(Source::stage)
        .containsExactly(
            Stage.HOMES, Stage.HOMES, Stage.NEIGHBOURS, Stage.NEIGHBOURS, Stage.PROVIDERS);
    assertThat(peers()).doesNotHaveDuplicates().doesNotContain(SELF);
    assertThat(source(4)).isEqualTo(TestMembers.key(102).peerId());
    assertThat(exhausted).isEqualTo(1);
  }

  @Test
  void neighbours_areAskedByRoundTrip_whateverTheyDeclare() {
    Neighbours neighbours = new Neighbours();
    List<Region> asked = new ArrayList<>();
    Region[] regions = {ASIA, US, new Region("sa"), new Region("af")};
    int[] millis = {120, 20, 60, 300};
    for (int i = 0; i < regions.length; i++) {
      neighbours.measured(
          Contact.of(TestMembers.member(200 + i, regions[i])),
          regions[i],
          Duration.ofMillis(millis[i]));
    }
    neighbours.measured(
        Contact.of(TestMembers.member(300, TestMembers.EU)), TestMembers.EU, Duration.ofMillis(1));
    finders.put(
        Stage.NEIGHBOURS,
        new NeighbourFinder(
            TestMembers.EU,
            neighbours,
            (member, region, fragment, count) -> {
              asked.add(region);
              return CompletableFuture.failedFuture(new IllegalStateException("gone"));
            }));
    locate(1);
    assertThat(asked).containsExactly(US, new Region("sa"), ASIA);
    assertThat(exhausted).isEqualTo(1);
    assertThat(neighbours.nearest(9, TestMembers.EU))
        .as("those who failed are forgotten")
        .extracting(Neighbours.Neighbour::region)
        .containsExactly(new Region("af"));
  }

  @Test
  void stage_thatTakesTooLong_isCancelledAndFollowedByTheNext() {
    List<String> cancelled = new ArrayList<>();
    finders.put(Stage.HOMES, (fragment, atMost, told) -> () -> cancelled.add("homes"));
    Placement placement = placement(10);
    finders.put(Stage.NEIGHBOURS, new HomeFinder(() -> placement));
    locate(2);
    assertThat(sources).isEmpty();
    time.pass(Stage.HOMES.deadline());
    assertThat(cancelled).containsExactly("homes");
    assertThat(sources).hasSize(2);
  }

  @Test
  void source_thatComes_isHandedOutAtOnce() {
    List<SourceFinder.Listener> slow = new ArrayList<>();
    finders.put(
        Stage.HOMES,
        (fragment, atMost, told) -> {
          slow.add(told);
          return () -> {};
        });
    locate(2);
    SignedRecord first = TestMembers.member(1, TestMembers.EU);
    slow.get(0).onFound(Contact.of(first), Optional.of(first));
    time.pass(Duration.ofMillis(1));
    assertThat(peers()).containsExactly(first.record().peer());
  }

  @Test
  void cancel_endsTheStageAndTellsNothingMore() {
    List<String> cancelled = new ArrayList<>();
    List<SourceFinder.Listener> slow = new ArrayList<>();
    finders.put(
        Stage.PROVIDERS,
        (fragment, atMost, told) -> {
          slow.add(told);
          return () -> cancelled.add("providers");
        });
    Locator.Search search = locate(2);
    search.cancel();
    SignedRecord late = TestMembers.member(1, TestMembers.EU);
    slow.get(0).onFound(Contact.of(late), Optional.of(late));
    slow.get(0).onDone();
    time.pass(Duration.ofMinutes(1));
    assertThat(cancelled).containsExactly("providers");
    assertThat(sources).isEmpty();
    assertThat(exhausted).isZero();
  }

  @Test
  void cancel_insideACallback_stopsAtOnce() {
    Placement placement = placement(30);
    finders.put(Stage.HOMES, new HomeFinder(() -> placement));
    List<Locator.Search> search = new ArrayList<>();
    search.add(
        new Locator(SELF, finders, time)
            .locate(
                FRAGMENT,
                5,
                new Locator.Listener() {
                  @Override
                  public void onSource(Source source) {
                    sources.add(source);
                    search.get(0).cancel();
                  }

                  @Override
                  public void onExhausted() {
                    exhausted++;
                  }
                }));
    time.pass(Duration.ofMinutes(1));
    assertThat(sources).hasSize(1);
    assertThat(exhausted).isZero();
  }

  @Test
  void client_asksMembersOneAfterTheOther() {
    List<PeerId> asked = new ArrayList<>();
    Placement placement = placement(12);
    List<Contact> members =
        TestMembers.members(3, TestMembers.EU).stream().map(Contact::of).toList();
    finders.put(
        Stage.HOMES,
        new MemberFinder(
            TestMembers.EU,
            () -> members,
            (member, region, fragment, count) -> {
              asked.add(member.peer());
              return asked.size() < 2
                  ? CompletableFuture.failedFuture(new IllegalStateException("busy"))
                  : CompletableFuture.completedFuture(
                      new Homes(TestMembers.EU, placement.homes(fragment, count)));
            }));
    locate(4);
    assertThat(asked).containsExactly(members.get(0).peer(), members.get(1).peer());
    assertThat(peers()).isEqualTo(peers(placement.homes(FRAGMENT, 4)));
  }

  @Test
  void wanted_outOfBounds_isRefused() {
    assertThatThrownBy(() -> locate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> locate(17)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void provider_thatHasMoved_isLookedForAndComesOnceMore() {
    PeerId mover = TestMembers.key(7).peerId();
    Contact before = new Contact(mover, List.of(TestMembers.address(7)));
    Contact after = new Contact(mover, List.of(TestMembers.address(8)));
    List<Consumer<Optional<Contact>>> lookups = new ArrayList<>();
    finders.put(Stage.PROVIDERS, new Moving(List.of(before), lookups));
    Locator.Search search = locate(1);
    assertThat(peers()).containsExactly(mover);
    search.unreachable(mover);
    time.pass(Duration.ofMillis(1));
    assertThat(exhausted).as("one is still looked for").isZero();
    lookups.get(0).accept(Optional.of(after));
    time.pass(Duration.ofMillis(1));
    assertThat(sources).extracting(Source::peer).containsExactly(before, after);
    search.unreachable(mover);
    time.pass(Duration.ofMillis(1));
    assertThat(lookups).as("it is looked for once").hasSize(1);
    assertThat(exhausted).isEqualTo(1);
  }

  @Test
  void member_thatCannotBeReached_isFollowedByTheNextAndNotLookedFor() {
    Placement placement = placement(30);
    List<PeerId> lookedFor = new ArrayList<>();
    HomeFinder homes = new HomeFinder(() -> placement);
    finders.put(
        Stage.HOMES,
        new SourceFinder() {
          @Override
          public Cancellation find(FragmentHash fragment, int atMost, Listener found) {
            return homes.find(fragment, atMost, found);
          }

          @Override
          public Cancellation findAgain(PeerId peer, Consumer<Optional<Contact>> told) {
            lookedFor.add(peer);
            return () -> {};
          }
        });
    Locator.Search search = locate(2);
    search.unreachable(source(0));
    search.unreachable(source(0));
    search.passOver(source(0));
    search.unreachable(TestMembers.key(999).peerId());
    time.pass(Duration.ofMillis(1));
    assertThat(peers()).as("one more for one").isEqualTo(peers(placement.homes(FRAGMENT, 3)));
    assertThat(lookedFor).as("a member's record is its own word").isEmpty();
  }

  @Test
  void provider_thatIsLookedFor_isNotToldAfterCancel() {
    Contact before = new Contact(TestMembers.key(7).peerId(), List.of(TestMembers.address(7)));
    Contact after = new Contact(before.peer(), List.of(TestMembers.address(8)));
    List<Consumer<Optional<Contact>>> lookups = new ArrayList<>();
    finders.put(Stage.PROVIDERS, new Moving(List.of(before), lookups));
    Locator.Search search = locate(1);
    search.unreachable(before.peer());
    time.pass(Duration.ofMillis(1));
    search.cancel();
    lookups.get(0).accept(Optional.of(after));
    search.unreachable(before.peer());
    time.pass(Duration.ofMinutes(1));
    assertThat(sources).hasSize(1);
    assertThat(lookups).hasSize(1);
    assertThat(exhausted).isZero();
  }

  @Test
  void provider_thatIsWhereItWas_orNowhere_doesNotComeAgain() {
    Contact same = new Contact(TestMembers.key(7).peerId(), List.of(TestMembers.address(7)));
    Contact lost = new Contact(TestMembers.key(9).peerId(), List.of(TestMembers.address(9)));
    List<Consumer<Optional<Contact>>> lookups = new ArrayList<>();
    finders.put(Stage.PROVIDERS, new Moving(List.of(same, lost), lookups));
    Locator.Search search = locate(2);
    search.unreachable(same.peer());
    search.unreachable(lost.peer());
    time.pass(Duration.ofMillis(1));
    lookups.get(0).accept(Optional.of(same));
    time.pass(Locator.SEEK_WITHIN);
    assertThat(sources).hasSize(2);
    assertThat(exhausted).isEqualTo(1);
  }

  @Test
  void movedProviders_areLookedForAFewTimesOnly() {
    List<Contact> gone = new ArrayList<>();
    for (int i = 0; i < Locator.MAX_SOUGHT + 3; i++) {
      gone.add(new Contact(TestMembers.key(20 + i).peerId(), List.of(TestMembers.address(20 + i))));
    }
    List<Consumer<Optional<Contact>>> lookups = new ArrayList<>();
    Moving finder = new Moving(gone, lookups);
    finders.put(Stage.PROVIDERS, finder);
    Locator.Search search = locate(gone.size());
    gone.forEach(each -> search.unreachable(each.peer()));
    time.pass(Duration.ofMillis(1));
    assertThat(lookups).hasSize(Locator.MAX_SOUGHT);
    search.cancel();
    time.pass(Duration.ofMillis(1));
    assertThat(finder.cancelled).isEqualTo(Locator.MAX_SOUGHT);
  }

  /** Finds some, and looks for them again as long as the test wants. */
  private static final class Moving implements SourceFinder {
    private final List<Contact> found;
    private final List<Consumer<Optional<Contact>>> lookups;
    private int cancelled;

    Moving(List<Contact> found, List<Consumer<Optional<Contact>>> lookups) {
      this.found = found;
      this.lookups = lookups;
    }

    @Override
    public Cancellation find(FragmentHash fragment, int atMost, Listener listener) {
      found.forEach(each -> listener.onFound(each, Optional.empty()));
      listener.onDone();
      return () -> {};
    }

    @Override
    public Cancellation findAgain(PeerId peer, Consumer<Optional<Contact>> told) {
      lookups.add(told);
      return () -> cancelled++;
    }
  }
}
