package io.tributary.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.routing.RoutingLimits;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.kademlia.value.ValueRules;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One node among peers that do as the test says. */
class KademliaTest {

  private static final Duration TRIP = Duration.ofMillis(50);

  /** What a peer does with a request; empty if it never answers. */
  private interface Behaviour {
    Optional<Response> answer(Request request);
  }

  /** A value is one byte, and the higher one is better. */
  private static final class OneByte implements ValueRules {
    @Override
    public Optional<RefusalReason> validate(DhtKey key, byte[] value, Instant now) {
      return value.length == 1 ? Optional.empty() : Optional.of(RefusalReason.MALFORMED_VALUE);
    }

    @Override
    public boolean isBetter(DhtKey key, byte[] value, byte[] than) {
      return value[0] > than[0];
    }
  }

  private final class Network implements KademliaNetwork {
    @Override
    public List<Multiaddr> ownAddresses() {
      return self.addresses();
    }

    @Override
    public Optional<Contact> connected(DhtKey key) {
      return Optional.empty();
    }

    @Override
    public void connect(Multiaddr address) {}

    @Override
    public void ask(Contact to, Request request, Duration deadline, Reply reply) {
      asked.merge(to.peer(), 1, Integer::sum);
      requests.add(request);
      Behaviour behaviour = behaviours.get(to.peer());
      if (behaviour == null) {
        time.after(deadline, () -> reply.onFailure(AskFailure.UNREACHABLE));
        return;
      }
      Optional<Response> response = behaviour.answer(request);
      if (response.isPresent()) {
        time.after(TRIP, () -> reply.onResponse(response.get()));
      } else {
        time.after(deadline, () -> reply.onFailure(AskFailure.TIMED_OUT));
      }
    }

    @Override
    public void tell(
        Contact to, Request request, Duration deadline, Consumer<Optional<AskFailure>> done) {
      requests.add(request);
      time.after(TRIP, () -> done.accept(Optional.empty()));
    }

    @Override
    public void serve(boolean on) {}
  }

  private final SplittableRandom random = new SplittableRandom(17);
  private final ManualTime time = new ManualTime();
  private final Contact self = TestPeers.contact(random);
  private final Map<PeerId, Behaviour> behaviours = new HashMap<>();
  private final Map<PeerId, Integer> asked = new HashMap<>();
  private final List<Request> requests = new ArrayList<>();
  private final List<Contact> honest = new ArrayList<>();
  private final Kademlia node = node(RoutingLimits.local());

  private Kademlia node(RoutingLimits limits) {
    KademliaConfig config = KademliaConfig.server(List.of()).with(limits);
    return new Kademlia(
        self.peer(),
        config,
        time,
        random.split(),
        new Network(),
        Stores.inMemory(self.peer(), config, time.clock()),
        new Namespaces(Map.of("test", new OneByte())),
        KademliaMetrics.NONE);
  }

  private List<Contact> nearest(List<Contact> from, DhtKey key, int count) {
    return from.stream()
        .sorted(Comparator.comparing(Contact::position, key.position()::compareDistances))
        .limit(count)
        .toList();
  }

  /** Peers that know each other and name the nearest; the node knows some of them. */
  private void meet(int count, int known) {
    for (int i = 0; i < count; i++) {
      honest.add(TestPeers.contact(random));
      behaviours.put(
          honest.get(i).peer(),
          request -> Optional.of(Response.closer(nearest(honest, request.key(), 20))));
    }
    honest.subList(0, known).forEach(this::introduce);
  }

  private void introduce(Contact contact) {
    node.onServer(contact);
    time.advance(TRIP.multipliedBy(2));
  }

  private DhtKey key() {
    return DhtKey.of(TestPeers.content(random));
  }

  private List<Contact> finish(Search<List<Contact>> search, Duration within) {
    time.advance(within);
    assertThat(search.result()).isDone();
    return search.result().join();
  }

  @Test
  void search_endsWhenTheNearestHaveAnswered() {
    meet(300, 10);
    DhtKey key = key();
    Search<List<Contact>> search = node.closestPeers(key);
    assertThat(finish(search, Duration.ofSeconds(1))).isEqualTo(nearest(honest, key, 20));
    assertThat(search.cost().end()).isEqualTo(SearchCost.End.CONVERGED);
    assertThat(search.cost().requests()).isLessThanOrEqualTo(35);
  }

  @Test
  void silentPeers_areNotWaitedFor() {
    meet(300, 10);
    DhtKey key = key();
    List<Contact> silent = nearest(honest, key, 5);
    silent.forEach(each -> behaviours.put(each.peer(), request -> Optional.empty()));
    Search<List<Contact>> search = node.closestPeers(key);
    List<Contact> found = finish(search, Duration.ofSeconds(10));
    assertThat(found).hasSize(20).doesNotContainAnyElementsOf(silent);
    assertThat(found).isEqualTo(nearest(honest, key, 25).subList(5, 25));
    // A request counts as slow after 100 ms here; the shortest deadline is a second.
    assertThat(search.cost().took()).isLessThan(Duration.ofMillis(900));
  }

  @Test
  void inventedPeers_costFewRequests() {
    meet(300, 10);
    DhtKey key = key();
    List<Contact> invented = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      invented.add(TestPeers.contact(random));
    }
    Response lie = Response.closer(nearest(invented, key, 20));
    List<Contact> liars = nearest(honest.subList(0, 10), key, 2);
    liars.forEach(each -> behaviours.put(each.peer(), request -> Optional.of(lie)));
    asked.clear();
    Search<List<Contact>> search = node.closestPeers(key);
    List<Contact> found = finish(search, Duration.ofSeconds(10));
    List<Contact> expected = new ArrayList<>(honest);
    assertThat(found).isEqualTo(nearest(expected, key, 20));
    long wasted = invented.stream().filter(each -> asked.containsKey(each.peer())).count();
    assertThat(wasted).isBetween(1L, 12L);
  }

  @Test
  void crowdOfOneBlock_leavesRoomForOthers() {
    meet(300, 10);
    DhtKey key = key();
    List<Contact> crowd = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      crowd.add(TestPeers.contact(random, "45.7"));
    }
    List<Contact> settlers = nearest(crowd, key, 20);
    List<Contact> all = new ArrayList<>(honest);
    all.addAll(settlers);
    for (Contact each : all) {
      behaviours.put(
          each.peer(), request -> Optional.of(Response.closer(nearest(all, request.key(), 20))));
    }
    // The nearest honest peer is heard of from one that does not know the settlers.
    List<Contact> witnesses = honest.subList(0, 10);
    for (Contact each : witnesses) {
      behaviours.put(
          each.peer(), request -> Optional.of(Response.closer(nearest(honest, request.key(), 20))));
    }
    assertThat(finish(node.closestPeers(key), Duration.ofSeconds(10)))
        .as("without a limit")
        .filteredOn(settlers::contains)
        .hasSizeGreaterThan(15);
    Kademlia diverse = node(RoutingLimits.diverse());
    for (Contact each : witnesses) {
      diverse.onServer(each);
      time.advance(TRIP.multipliedBy(2));
    }
    List<Contact> expected = new ArrayList<>(settlers.subList(0, 2));
    expected.addAll(nearest(honest, key, 18));
    assertThat(finish(diverse.closestPeers(key), Duration.ofSeconds(10)))
        .isEqualTo(nearest(expected, key, 20));
  }

  @Test
  void crowd_isBetterThanNobody() {
    List<Contact> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Contact one = TestPeers.contact(random, "45.7");
      crowd.add(one);
      behaviours.put(
          one.peer(), request -> Optional.of(Response.closer(nearest(crowd, request.key(), 20))));
    }
    Kademlia diverse = node(RoutingLimits.diverse());
    diverse.onServer(crowd.get(0));
    time.advance(TRIP.multipliedBy(2));
    DhtKey key = key();
    assertThat(finish(diverse.closestPeers(key), Duration.ofSeconds(10)))
        .isEqualTo(nearest(crowd, key, 20));
  }

  @Test
  void cancelledSearch_asksNobodyMore() {
    meet(300, 10);
    Search<List<Contact>> search = node.closestPeers(key());
    time.advance(TRIP);
    int before = requests.size();
    search.cancel();
    assertThat(search.result()).isCompleted();
    assertThat(search.cost().end()).isEqualTo(SearchCost.End.CANCELLED);
    time.advance(Duration.ofSeconds(30));
    assertThat(requests).hasSize(before);
  }

  @Test
  void lonelyNode_findsNothingAtOnce() {
    Search<List<Contact>> search = node.closestPeers(key());
    assertThat(search.result().join()).isEmpty();
    assertThat(search.cost().end()).isEqualTo(SearchCost.End.NO_PEERS);
    assertThat(node.findPeer(TestPeers.peer(random)).result().join()).isEmpty();
  }

  @Test
  void providers_comeAsTheyAreFound() {
    meet(100, 10);
    DhtKey key = key();
    Contact provider = TestPeers.contact(random);
    Contact holder = nearest(honest, key, 1).get(0);
    behaviours.put(
        holder.peer(),
        request -> Optional.of(new Response(List.of(), List.of(provider), Optional.empty())));
    List<Contact> found = new ArrayList<>();
    Search<Integer> search = node.findProviders(Multihash.decode(key.toBytes()), 1, found::add);
    time.advance(Duration.ofSeconds(5));
    assertThat(found).containsExactly(provider);
    assertThat(search.result().join()).isEqualTo(1);
    assertThat(search.cost().end()).isEqualTo(SearchCost.End.FOUND);
    assertThat(search.cost().hops()).isBetween(1, 3);
  }

  @Test
  void providerWithoutAddresses_isLookedFor() {
    meet(100, 10);
    DhtKey key = key();
    Contact provider = honest.get(50);
    behaviours.put(
        nearest(honest, key, 1).get(0).peer(),
        request ->
            Optional.of(
                new Response(
                    nearest(honest, request.key(), 20),
                    List.of(provider.at(List.of())),
                    Optional.empty())));
    List<Contact> found = new ArrayList<>();
    Search<Integer> search = node.findProviders(Multihash.decode(key.toBytes()), 3, found::add);
    time.advance(Duration.ofSeconds(10));
    assertThat(search.result().join()).isEqualTo(1);
    assertThat(found).containsExactly(provider);
  }

  @Test
  void bestValue_winsAndStaleHoldersAreCorrected() {
    meet(60, 10);
    DhtKey key = DhtKey.ofValue("test", new byte[] {42});
    List<Contact> holders = nearest(honest, key, 20);
    Map<PeerId, byte[]> put = new HashMap<>();
    for (int i = 0; i < holders.size(); i++) {
      // Ten have the newest, five an older one, three a bad one, two none.
      byte[] value = i < 10 ? new byte[] {7} : i < 15 ? new byte[] {3} : new byte[] {9, 9};
      Optional<ValueRecord> record =
          i < 18 ? Optional.of(new ValueRecord(key, value)) : Optional.empty();
      PeerId peer = holders.get(i).peer();
      behaviours.put(
          peer,
          request -> {
            if (request instanceof Request.PutValue correction) {
              put.put(peer, correction.record().value());
            }
            return Optional.of(new Response(nearest(honest, request.key(), 20), List.of(), record));
          });
    }
    Search<Optional<byte[]>> search = node.getValue(key);
    time.advance(Duration.ofSeconds(10));
    assertThat(search.result().join()).hasValueSatisfying(v -> assertThat(v).containsExactly(7));
    assertThat(put.keySet())
        .containsExactlyInAnyOrderElementsOf(
            holders.subList(10, 20).stream().map(Contact::peer).toList());
    assertThat(put.values()).allSatisfy(value -> assertThat(value).containsExactly(7));
  }

  @Test
  void announcement_isRepeatedUntilStopped() {
    meet(40, 10);
    node.start(List.of());
    var content = TestPeers.content(random);
    DhtKey key = DhtKey.of(content);
    Search<Integer> search = node.provide(content);
    time.advance(Duration.ofMinutes(1));
    assertThat(search.result().join()).isEqualTo(20);
    assertThat(announcements(key)).isEqualTo(20);
    time.advance(Duration.ofHours(23));
    assertThat(announcements(key)).isEqualTo(40);
    node.stopProviding(content);
    time.advance(Duration.ofDays(2));
    assertThat(announcements(key)).isEqualTo(40);
  }

  private long announcements(DhtKey key) {
    return requests.stream()
        .filter(each -> each instanceof Request.AddProvider && each.key().equals(key))
        .count();
  }

  @Test
  void deadPeer_losesItsPlaceToOneThatAnswers() {
    meet(30, 30);
    node.start(List.of());
    Contact dead = honest.get(0);
    assertThat(node.peers().join()).contains(dead);
    behaviours.remove(dead.peer());
    time.advance(Duration.ofHours(1));
    assertThat(node.peers().join()).doesNotContain(dead).hasSize(29);
  }
}
