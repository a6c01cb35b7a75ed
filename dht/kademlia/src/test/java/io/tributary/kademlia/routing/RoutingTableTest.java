package io.tributary.kademlia.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kademlia.TestPeers;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.routing.RoutingTable.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {

  private static final RoutingLimits SMALL = new RoutingLimits(3, 2, 1000, 1000, 1000);

  /** What the table should do, in the plainest way. */
  private static final class Model {
    final Position self;
    final List<Contact> peers = new ArrayList<>();
    final List<Contact> waiting = new ArrayList<>();
    final Map<Contact, Integer> useful = new HashMap<>();

    Model(Position self) {
      this.self = self;
    }

    int bucket(Contact contact) {
      return self.commonPrefixBits(contact.position());
    }

    List<Contact> in(List<Contact> list, int bucket) {
      return list.stream().filter(each -> bucket(each) == bucket).toList();
    }

    /** When a peer of the table was useful; never, if it has come from those that wait. */
    int useful(Contact contact) {
      return useful.getOrDefault(contact, -1);
    }

    void offer(Contact contact, int step) {
      if (peers.contains(contact) || in(peers, bucket(contact)).size() < SMALL.bucketSize()) {
        useful.put(contact, step);
      }
      if (peers.remove(contact)) {
        peers.add(contact);
      } else if (in(peers, bucket(contact)).size() < SMALL.bucketSize()) {
        waiting.remove(contact);
        peers.add(contact);
      } else {
        waiting.remove(contact);
        waiting.add(contact);
        List<Contact> of = in(waiting, bucket(contact));
        if (of.size() > SMALL.replacements()) {
          waiting.remove(of.get(0));
        }
      }
    }

    void remove(Contact contact) {
      waiting.remove(contact);
      useful.remove(contact);
      if (peers.remove(contact)) {
        List<Contact> of = in(waiting, bucket(contact));
        if (!of.isEmpty()) {
          Contact next = of.get(of.size() - 1);
          waiting.remove(next);
          peers.add(0, next);
        }
      }
    }

    List<Contact> closest(Position target, int count) {
      return peers.stream()
          .sorted(Comparator.comparing(Contact::position, target::compareDistances))
          .limit(count)
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void table_doesWhatTheModelDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Position self = TestPeers.contact(random).position();
    RoutingTable table = new RoutingTable(self, SMALL);
    Model model = new Model(self);
    List<Contact> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(TestPeers.contact(random));
    }
    for (int step = 0; step < 2_000; step++) {
      Contact contact = all.get(random.nextInt(all.size()));
      if (random.nextInt(4) == 0) {
        table.remove(contact);
        model.remove(contact);
      } else {
        boolean known = model.peers.contains(contact);
        boolean wanted = table.wants(contact);
        Offer offer = table.offer(contact, step);
        model.offer(contact, step);
        assertThat(offer == Offer.KNOWN).as("seed %d step %d", seed, step).isEqualTo(known);
        assertThat(offer == Offer.ADDED).as("seed %d step %d", seed, step).isEqualTo(wanted);
      }
      assertThat(table.size()).as("seed %d step %d", seed, step).isEqualTo(model.peers.size());
      Position target = TestPeers.contact(random).position();
      int count = random.nextInt(1, 25);
      assertThat(table.closest(target, count))
          .as("seed %d step %d", seed, step)
          .isEqualTo(model.closest(target, count));
      int bucket = model.bucket(contact);
      assertThat(table.contacts())
          .as("seed %d step %d", seed, step)
          .containsExactlyInAnyOrderElementsOf(model.peers);
      List<Contact> neighbours = model.in(model.peers, bucket);
      assertThat(table.leastUseful(contact.position(), Duration.ZERO, step).map(model::useful))
          .as("least useful of the bucket, seed %d step %d", seed, step)
          .isEqualTo(neighbours.stream().map(model::useful).min(Comparator.naturalOrder()));
    }
  }

  @Test
  void ownPeer_isRefused() {
    SplittableRandom random = new SplittableRandom(1);
    Contact self = TestPeers.contact(random);
    RoutingTable table = new RoutingTable(self.position(), SMALL);
    assertThat(table.offer(self, 0)).isEqualTo(Offer.SELF);
    assertThat(table.wants(self)).isFalse();
    assertThat(table.closest(self.position(), 5)).isEmpty();
  }

  @Test
  void peersOfOneBlock_getFewPlaces() {
    SplittableRandom random = new SplittableRandom(2);
    RoutingTable table =
        new RoutingTable(TestPeers.contact(random).position(), new RoutingLimits(20, 5, 2, 5, 2));
    int added = 0;
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Offer offer = table.offer(TestPeers.contact(random, "45.7"), i);
      added += offer == Offer.ADDED ? 1 : 0;
      refused += offer == Offer.NOT_DIVERSE ? 1 : 0;
    }
    assertThat(added).isEqualTo(5);
    assertThat(refused).isEqualTo(195);
    assertThat(table.size(0)).isLessThanOrEqualTo(2);
    assertThat(table.offer(TestPeers.contact(random, "45.8"), 300)).isEqualTo(Offer.ADDED);
    table.contacts().forEach(table::remove);
    assertThat(table.offer(TestPeers.contact(random, "45.7"), 400)).isEqualTo(Offer.ADDED);
  }

  @Test
  void knownPeer_movesUnlessItsNewBlockIsFull() {
    SplittableRandom random = new SplittableRandom(3);
    RoutingTable table =
        new RoutingTable(TestPeers.contact(random).position(), new RoutingLimits(20, 5, 9, 1, 2));
    Contact settled = TestPeers.contact(random, "50.1");
    Contact mover = TestPeers.contact(random, "50.2");
    table.offer(settled, 0);
    table.offer(mover, 0);
    Contact free = mover.at(TestPeers.contact(random, "50.3").addresses());
    assertThat(table.offer(free, 1)).isEqualTo(Offer.KNOWN);
    assertThat(table.find(mover)).hasValue(free);
    Contact crowded = mover.at(TestPeers.contact(random, "50.1").addresses());
    assertThat(table.offer(crowded, 2)).isEqualTo(Offer.KNOWN);
    assertThat(table.find(mover)).hasValue(free);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void failures_costThePlaceOnlyInARow() {
    SplittableRandom random = new SplittableRandom(4);
    RoutingTable table = new RoutingTable(TestPeers.contact(random).position(), SMALL);
    Contact peer = TestPeers.contact(random);
    table.offer(peer, 0);
    assertThat(table.strike(peer, 2)).isFalse();
    table.offer(peer, 1);
    assertThat(table.strike(peer, 2)).isFalse();
    assertThat(table.strike(peer, 2)).isTrue();
    assertThat(table.size()).isZero();
  }

  @Test
  void leastUseful_isWhoWasNotHeardOfForLongest() {
    SplittableRandom random = new SplittableRandom(5);
    RoutingTable table =
        new RoutingTable(TestPeers.contact(random).position(), RoutingLimits.local());
    List<Contact> peers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      peers.add(TestPeers.contact(random));
      table.offer(peers.get(i), Duration.ofMinutes(i).toNanos());
    }
    table.offer(peers.get(0), Duration.ofMinutes(11).toNanos());
    long now = Duration.ofMinutes(12).toNanos();
    assertThat(table.leastUseful(3, Duration.ofMinutes(5), now))
        .containsExactly(peers.get(1), peers.get(2), peers.get(3));
    assertThat(table.leastUseful(100, Duration.ofMinutes(5), now)).hasSize(7);
    assertThat(table.leastUseful(peers.get(0).position(), Duration.ofHours(1), now)).isEmpty();
  }
}
