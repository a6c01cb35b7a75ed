package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.network.KademliaService.Verdict;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.routing.RoutingTable;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Answers what peers ask, from the routing table and the stores. */
final class Answerer {

  private final PeerId self;
  private final RoutingTable table;
  private final Stores stores;
  private final Namespaces namespaces;
  private final KademliaNetwork network;
  private final InstantSource clock;

  Answerer(
      PeerId self,
      RoutingTable table,
      Stores stores,
      Namespaces namespaces,
      KademliaNetwork network,
      InstantSource clock) {
    this.self = self;
    this.table = table;
    this.stores = stores;
    this.namespaces = namespaces;
    this.network = network;
    this.clock = clock;
  }

  Verdict answer(Contact from, Request request) {
    if (request instanceof Request.FindNode) {
      return answered(closer(from, request.key()), List.of(), Optional.empty());
    } else if (request instanceof Request.GetProviders) {
      return answered(closer(from, request.key()), providers(request.key()), Optional.empty());
    } else if (request instanceof Request.GetValue) {
      return answered(closer(from, request.key()), List.of(), stores.values().get(request.key()));
    } else if (request instanceof Request.AddProvider announcement) {
      return announced(from, announcement);
    } else if (request instanceof Request.PutValue put) {
      return put(put.record());
    }
    return answered(List.of(), List.of(), Optional.empty());
  }

  private static Verdict answered(
      List<Contact> closer, List<Contact> providers, Optional<ValueRecord> value) {
    return new Verdict.Answered(new Response(closer, providers, value));
  }

  private List<Contact> closer(Contact asker, DhtKey key) {
    List<Contact> nearest = table.closestBut(asker, key.position(), Response.MAX_CLOSER);
    // Clients are in no table; who is connected to one can still tell where it is.
    Optional<Contact> connected =
        network
            .connected(key)
            .filter(peer -> !peer.peer().equals(asker.peer()) && !names(nearest, peer));
    if (connected.isEmpty()) {
      return nearest;
    }
    List<Contact> closer = new ArrayList<>(nearest.size() + 1);
    closer.add(connected.get());
    nearest.stream().limit(Response.MAX_CLOSER - 1).forEach(closer::add);
    return closer;
  }

  private static boolean names(List<Contact> contacts, Contact peer) {
    for (Contact each : contacts) {
      if (each.peer().equals(peer.peer())) {
        return true;
      }
    }
    return false;
  }

  private List<Contact> providers(DhtKey key) {
    List<Contact> known = stores.providers().get(key, Response.MAX_PROVIDERS);
    if (!stores.errands().isProvided(key)) {
      return known;
    }
    List<Contact> all = new ArrayList<>();
    all.add(Contact.of(self, network.ownAddresses()));
    known.stream().limit(Response.MAX_PROVIDERS - 1).forEach(all::add);
    return all;
  }

  private Verdict announced(Contact from, Request.AddProvider announcement) {
    Optional<Contact> own =
        announcement.providers().stream()
            .filter(provider -> provider.peer().equals(from.peer()))
            .findFirst();
    if (own.isEmpty() || announcement.providers().size() > 1) {
      return new Verdict.Refused(RefusalReason.PROVIDER_NOT_SENDER);
    }
    if (own.get().addresses().isEmpty()) {
      return new Verdict.Refused(RefusalReason.NO_ROUTABLE_ADDRESS);
    }
    return stores
        .providers()
        .add(announcement.key(), own.get())
        .<Verdict>map(Verdict.Refused::new)
        .orElseGet(Verdict.Done::new);
  }

  private Verdict put(ValueRecord record) {
    Optional<RefusalReason> refusal =
        namespaces
            .validate(record.key(), record.value(), clock.instant())
            .or(() -> compare(record))
            .or(() -> stores.values().put(record));
    return refusal
        .<Verdict>map(Verdict.Refused::new)
        .orElseGet(() -> answered(List.of(), List.of(), Optional.of(record)));
  }

  private Optional<RefusalReason> compare(ValueRecord record) {
    return stores
        .values()
        .get(record.key())
        .filter(
            known ->
                !Arrays.equals(known.value(), record.value())
                    && !namespaces.isBetter(record.key(), record.value(), known.value()))
        .map(known -> RefusalReason.SUPERSEDED);
  }
}
