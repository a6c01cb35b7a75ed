package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.routing.RoutingTable;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks peers, and draws the lessons: how long answers take, who is of use and who is not. */
final class Asker {

  /** Checks of peers under way at a time. */
  private static final int MAX_CHECKS = 32;

  /** A peer that was useful within this time is not checked when another wants its place. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  /** Failures count against peers only if some peer has answered within this time. */
  private static final Duration ONLINE = Duration.ofSeconds(30);

  private final DhtKey self;
  private final Timekeeper time;
  private final KademliaNetwork network;
  private final RoutingTable table;
  private final int strikes;
  private final KademliaMetrics metrics;
  private final RoundTrips roundTrips;
  private final Set<PeerId> checking = new HashSet<>();
  private long lastAnswerNanos;

  Asker(
      PeerId self,
      KademliaConfig config,
      Timekeeper time,
      KademliaNetwork network,
      RoutingTable table,
      KademliaMetrics metrics) {
    this.self = DhtKey.of(self);
    this.time = time;
    this.network = network;
    this.table = table;
    this.strikes = config.upkeep().strikes();
    this.metrics = metrics;
    this.roundTrips = new RoundTrips(config.lookups().minRequest(), config.lookups().maxRequest());
    this.lastAnswerNanos = time.nanoTime() - ONLINE.toNanos();
  }

  /** After what time a request counts as slow. */
  Duration slow() {
    return roundTrips.slow();
  }

  void ask(Contact to, Request request, KademliaNetwork.Reply reply) {
    long began = time.nanoTime();
    network.ask(
        to,
        request,
        roundTrips.deadline(),
        new KademliaNetwork.Reply() {
          @Override
          public void onResponse(Response response) {
            long took = time.nanoTime() - began;
            roundTrips.add(took);
            metrics.asked(request.kind(), Duration.ofNanos(took));
            learn(network.reached(to));
            reply.onResponse(response);
          }

          @Override
          public void onFailure(AskFailure failure) {
            metrics.askFailed(request.kind(), failure);
            blame(to, failure);
            reply.onFailure(failure);
          }
        });
  }

  void tell(Contact to, Request request, Consumer<Optional<AskFailure>> done) {
    network.tell(
        to,
        request,
        roundTrips.deadline(),
        failure -> {
          failure.ifPresent(
              why -> {
                metrics.askFailed(request.kind(), why);
                blame(to, why);
              });
          done.accept(failure);
        });
  }

  private void learn(Contact contact) {
    long now = time.nanoTime();
    lastAnswerNanos = now;
    int before = table.size();
    if (table.offer(contact, now) == RoutingTable.Offer.WAITING) {
      table.leastUseful(contact.position(), GRACE, now).ifPresent(this::check);
    }
    tellSize(before);
  }

  private void blame(Contact contact, AskFailure failure) {
    int before = table.size();
    if (failure == AskFailure.NOT_A_SERVER) {
      table.remove(contact);
    } else if (failure.countsAgainstPeer()
        && time.nanoTime() - lastAnswerNanos < ONLINE.toNanos()) {
      // Who cannot be reached at all is gone; an answer may have been lost.
      table.strike(contact, failure == AskFailure.UNREACHABLE ? 1 : strikes);
    }
    tellSize(before);
  }

  private void tellSize(int before) {
    if (table.size() != before) {
      metrics.peers(table.size());
    }
  }

  /** Asks a peer something, so that its place in the table is confirmed, or given to another. */
  void check(Contact contact) {
    if (checking.size() >= MAX_CHECKS || !checking.add(contact.peer())) {
      return;
    }
    ask(
        contact,
        new Request.FindNode(self),
        new KademliaNetwork.Reply() {
          @Override
          public void onResponse(Response response) {
            checking.remove(contact.peer());
          }

          @Override
          public void onFailure(AskFailure failure) {
            checking.remove(contact.peer());
          }
        });
  }

  /** A server has shown up; if the table has room for it, it is asked. */
  void onServer(Contact contact) {
    Optional<Contact> known = table.find(contact);
    if (known.isEmpty() && table.wants(contact)) {
      check(contact);
    } else if (known.isPresent() && !known.get().addresses().equals(contact.addresses())) {
      check(contact);
    }
  }

  void onNotServer(PeerId peer) {
    int before = table.size();
    table.remove(Contact.of(peer, List.of()));
    tellSize(before);
  }
}
