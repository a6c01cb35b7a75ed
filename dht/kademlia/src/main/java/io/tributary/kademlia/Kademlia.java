package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.network.KademliaService;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.kademlia.routing.RoutingTable;
import io.tributary.kademlia.store.Errands.Errand;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the DHT: searches for this node's user, answers other nodes, and keeps itself in the
 * network.
 *
 * <p>Everything happens on the thread of its {@link Timekeeper}; methods may be called from any.
 * How it speaks with peers is up to the {@link KademliaNetwork}.
 */
public final class Kademlia implements Dht, KademliaService, AutoCloseable {

  private static final Duration EXPIRY_TICK = Duration.ofMinutes(1);

  /** Providers without addresses that are looked for in one search. */
  private static final int MAX_RESOLVED = 8;

  private final PeerId self;
  private final KademliaConfig config;
  private final Timekeeper time;
  private final KademliaNetwork network;
  private final Stores stores;
  private final Namespaces namespaces;
  private final KademliaMetrics metrics;
  private final RoutingTable table;
  private final Asker asker;
  private final Answerer answerer;
  private final Upkeep upkeep;
  private final Repeater repeater;
  private final Set<Lookup> lookups = new HashSet<>();
  private volatile Mode mode;
  private boolean stopped;

  /** A node that does nothing before {@link #start}. */
  public Kademlia(
      PeerId self,
      KademliaConfig config,
      Timekeeper time,
      RandomGenerator random,
      KademliaNetwork network,
      Stores stores,
      Namespaces namespaces,
      KademliaMetrics metrics) {
    this.self = self;
    this.config = config;
    this.time = time;
    this.network = network;
    this.stores = stores;
    this.namespaces = namespaces;
    this.metrics = metrics;
    this.mode = config.mode();
    this.table = new RoutingTable(DhtKey.of(self).position(), config.routing());
    this.asker = new Asker(self, config, time, network, table, new Noticing(metrics));
    this.answerer = new Answerer(self, table, stores, namespaces, network, time.clock());
    this.upkeep =
        new Upkeep(
            self,
            config,
            time,
            random,
            table,
            asker,
            network,
            (key, done) -> search(new Nearest(key, (nearest, cost) -> done.run())));
    this.repeater = new Repeater(stores.errands(), config.errands(), time, this::repeat);
  }

  /** Passes on all counts, and sees the first peer come. */
  private final class Noticing implements KademliaMetrics {
    private final KademliaMetrics next;

    Noticing(KademliaMetrics next) {
      this.next = next;
    }

    @Override
    public void asked(Request.Kind kind, Duration took) {
      next.asked(kind, took);
    }

    @Override
    public void askFailed(Request.Kind kind, AskFailure failure) {
      next.askFailed(kind, failure);
    }

    @Override
    public void peers(int known) {
      next.peers(known);
      upkeep.onPeers();
    }
  }

  // Life

  /**
   * Joins the network.
   *
   * @param remembered peers known from before, to be checked first
   */
  public void start(List<Contact> remembered) {
    run(
        () -> {
          network.serve(mode == Mode.SERVER);
          upkeep.start(remembered);
          repeater.start();
          time.after(EXPIRY_TICK, this::expire);
        });
  }

  private void expire() {
    if (!stopped) {
      stores.providers().expire();
      stores.values().expire();
      time.after(EXPIRY_TICK, this::expire);
    }
  }

  /** Ends all searches and answers nobody any more. */
  @Override
  public void close() {
    run(
        () -> {
          stopped = true;
          upkeep.stop();
          repeater.stop();
          network.serve(false);
          List.copyOf(lookups).forEach(Lookup::cancel);
        });
  }

  /** Whether it answers others. */
  public Mode mode() {
    return mode;
  }

  /** Begins or ceases to answer others; peers are told. */
  public void mode(Mode next) {
    mode = next;
    run(() -> network.serve(next == Mode.SERVER && !stopped));
  }

  /** The peers in the routing table, those of the nearest buckets last. */
  public CompletableFuture<List<Contact>> peers() {
    CompletableFuture<List<Contact>> peers = new CompletableFuture<>();
    run(() -> peers.complete(table.contacts()));
    return peers;
  }

  /** What the node keeps; to be touched on its thread only. */
  public Stores stores() {
    return stores;
  }

  private void run(Runnable task) {
    if (time.isCurrent()) {
      task.run();
    } else {
      time.execute(task);
    }
  }

  // Answering

  @Override
  public Verdict answer(Contact from, Request request) {
    Verdict verdict =
        mode == Mode.SERVER && !stopped
            ? answerer.answer(from, request)
            : new Verdict.Refused(RefusalReason.NOT_SERVING);
    if (verdict instanceof Verdict.Refused refused) {
      metrics.refused(refused.reason());
    } else {
      metrics.answered(request.kind());
    }
    return verdict;
  }

  @Override
  public void onServer(Contact contact) {
    if (!stopped && !contact.peer().equals(self)) {
      asker.onServer(contact);
    }
  }

  @Override
  public void onNotServer(PeerId peer) {
    asker.onNotServer(peer);
  }

  // Searching

  private Optional<Lookup> search(Goal goal) {
    if (stopped || lookups.size() >= config.lookups().maxSearches()) {
      return Optional.empty();
    }
    Lookup lookup = new Lookup(self, goal.key, config, asker, time, goal);
    goal.lookup = lookup;
    lookups.add(lookup);
    lookup.start(table.closest(goal.key.position(), config.lookups().replication()));
    return Optional.of(lookup);
  }

  private <R> BasicSearch<R> begin(Consumer<BasicSearch<R>> how) {
    BasicSearch<R> search = new BasicSearch<>(this::run);
    run(() -> how.accept(search));
    return search;
  }

  private void start(BasicSearch<?> handle, Goal goal) {
    Optional<Lookup> lookup = search(goal);
    if (lookup.isPresent()) {
      handle.onCancel(lookup.get()::cancel);
    } else {
      handle
          .result()
          .completeExceptionally(
              new RejectedExecutionException(
                  stopped
                      ? "the DHT has been stopped"
                      : "more than " + config.lookups().maxSearches() + " searches at a time"));
    }
  }

  /** A search and what it is for. */
  private abstract class Goal implements Lookup.Visitor {
    final DhtKey key;
    private final Request request;
    private @Nullable Lookup lookup;

    Goal(Request request) {
      this.key = request.key();
      this.request = request;
    }

    @Override
    public Request request() {
      return request;
    }

    @Override
    public boolean onResponse(Contact from, int hops, Response response) {
      return false;
    }

    @Override
    public final void onEnd(List<Contact> nearest, SearchCost cost) {
      if (lookup != null) {
        lookups.remove(lookup);
      }
      if (cost.responses() > 0) {
        upkeep.onSearched(key);
      }
      metrics.searched(cost);
      end(nearest, cost);
    }

    abstract void end(List<Contact> nearest, SearchCost cost);
  }

  private interface NearestFound {
    void take(List<Contact> nearest, SearchCost cost);
  }

  private final class Nearest extends Goal {
    private final NearestFound found;

    Nearest(DhtKey key, NearestFound found) {
      super(new Request.FindNode(key));
      this.found = found;
    }

    @Override
    void end(List<Contact> nearest, SearchCost cost) {
      found.take(nearest, cost);
    }
  }

  @Override
  public Search<List<Contact>> closestPeers(DhtKey key) {
    return begin(
        search ->
            start(
                search,
                new Nearest(
                    key,
                    (nearest, cost) -> {
                      search.cost(cost);
                      search.result().complete(nearest);
                    })));
  }

  @Override
  public Search<Optional<Contact>> findPeer(PeerId peer) {
    return begin(
        search -> {
          if (peer.equals(self)) {
            search.result().complete(Optional.of(Contact.of(self, network.ownAddresses())));
          } else {
            start(search, new PeerGoal(peer, search));
          }
        });
  }

  /** Found when the peer itself has answered, be it only that it is a client. */
  private final class PeerGoal extends Goal {
    private final PeerId peer;
    private final BasicSearch<Optional<Contact>> search;
    private Optional<Contact> alive = Optional.empty();
    private Optional<Contact> told = Optional.empty();

    PeerGoal(PeerId peer, BasicSearch<Optional<Contact>> search) {
      super(new Request.FindNode(DhtKey.of(peer)));
      this.peer = peer;
      this.search = search;
    }

    @Override
    public boolean onResponse(Contact from, int hops, Response response) {
      if (from.peer().equals(peer)) {
        alive = Optional.of(network.reached(from));
        return true;
      }
      for (Contact contact : response.closer()) {
        if (contact.peer().equals(peer) && !contact.addresses().isEmpty()) {
          told = Optional.of(contact);
        }
      }
      return false;
    }

    @Override
    public boolean onFailure(Contact from, int hops, AskFailure failure) {
      boolean answers = failure == AskFailure.NOT_A_SERVER || failure == AskFailure.REFUSED;
      if (answers && from.peer().equals(peer)) {
        alive = Optional.of(network.reached(from));
        return true;
      }
      return false;
    }

    @Override
    void end(List<Contact> nearest, SearchCost cost) {
      search.cost(cost);
      search.result().complete(alive.or(() -> told));
    }
  }

  @Override
  public Search<Integer> findProviders(Multihash content, int atMost, Consumer<Contact> onFound) {
    if (atMost < 1) {
      throw new IllegalArgumentException("atMost " + atMost + " is less than 1");
    }
    return begin(
        search -> {
          ProviderGoal goal = new ProviderGoal(DhtKey.of(content), atMost, onFound, search);
          if (goal.takeLocal()) {
            search.result().complete(goal.found);
          } else {
            start(search, goal);
          }
        });
  }

  private final class ProviderGoal extends Goal {
    private final int atMost;
    private final Consumer<Contact> onFound;
    private final BasicSearch<Integer> search;
    private final Set<PeerId> seen = new HashSet<>();
    private final List<Search<?>> resolving = new ArrayList<>();
    private int found;
    private int unresolved;
    private boolean ended;

    ProviderGoal(DhtKey key, int atMost, Consumer<Contact> onFound, BasicSearch<Integer> search) {
      super(new Request.GetProviders(key));
      this.atMost = atMost;
      this.onFound = onFound;
      this.search = search;
    }

    boolean takeLocal() {
      return take(stores.providers().get(key, atMost));
    }

    @Override
    public boolean onResponse(Contact from, int hops, Response response) {
      return take(response.providers());
    }

    private boolean take(List<Contact> providers) {
      for (Contact provider : providers) {
        if (found == atMost) {
          break;
        }
        if (provider.peer().equals(self) || seen.contains(provider.peer())) {
          continue;
        }
        if (provider.addresses().isEmpty()) {
          table.find(provider).ifPresentOrElse(this::found, () -> resolve(provider.peer()));
        } else {
          found(provider);
        }
      }
      return found == atMost;
    }

    private void found(Contact provider) {
      if (found < atMost && seen.add(provider.peer())) {
        found++;
        onFound.accept(provider);
      }
    }

    /** Its addresses have been forgotten, so it is looked for. */
    private void resolve(PeerId peer) {
      if (resolving.size() == MAX_RESOLVED || !seen.add(peer)) {
        return;
      }
      unresolved++;
      Search<Optional<Contact>> peerSearch = findPeer(peer);
      resolving.add(peerSearch);
      peerSearch
          .result()
          .whenComplete(
              (contact, failure) -> {
                unresolved--;
                seen.remove(peer);
                if (contact != null) {
                  contact.filter(c -> !c.addresses().isEmpty()).ifPresent(this::found);
                }
                seen.add(peer);
                completeIfDone();
              });
    }

    @Override
    void end(List<Contact> nearest, SearchCost cost) {
      ended = true;
      search.cost(cost);
      if (cost.end() == SearchCost.End.CANCELLED || found == atMost) {
        resolving.forEach(Search::cancel);
      }
      completeIfDone();
    }

    private void completeIfDone() {
      if (ended && unresolved == 0) {
        search.result().complete(found);
      }
    }
  }

  // Announcing

  @Override
  public Search<Integer> provide(Multihash content) {
    DhtKey key = DhtKey.of(content);
    return begin(
        search -> {
          stores.errands().provide(key, config.errands().interval());
          search
              .result()
              .thenAccept(
                  reached -> {
                    if (reached == 0 && stores.errands().isProvided(key)) {
                      stores.errands().provide(key, config.errands().retry());
                    }
                  });
          announce(search, key);
        });
  }

  private void announce(BasicSearch<Integer> search, DhtKey key) {
    start(
        search,
        new Nearest(
            key,
            (nearest, cost) -> {
              search.cost(cost);
              Contact own = Contact.of(self, network.ownAddresses());
              if (own.addresses().isEmpty()) {
                // Nobody would take it; by the next attempt the addresses may be known.
                search.result().complete(0);
                return;
              }
              Request.AddProvider request = new Request.AddProvider(key, List.of(own));
              Tally tally = new Tally(nearest.size(), search.result()::complete);
              nearest.forEach(
                  peer -> asker.tell(peer, request, failure -> tally.done(failure.isEmpty())));
            }));
  }

  @Override
  public void stopProviding(Multihash content) {
    run(() -> stores.errands().stopProviding(DhtKey.of(content)));
  }

  @Override
  public Search<Integer> putValue(DhtKey key, byte[] value) {
    return begin(
        search -> {
          Optional<RefusalReason> refusal = namespaces.validate(key, value, time.clock().instant());
          if (refusal.isPresent()) {
            search
                .result()
                .completeExceptionally(
                    new IllegalArgumentException("no valid value: " + refusal.get()));
            return;
          }
          ValueRecord record = new ValueRecord(key, value.clone());
          stores.errands().put(key, record.value(), config.errands().interval());
          put(search, record);
        });
  }

  private void put(BasicSearch<Integer> search, ValueRecord record) {
    start(
        search,
        new Nearest(
            record.key(),
            (nearest, cost) -> {
              search.cost(cost);
              Tally tally = new Tally(nearest.size(), search.result()::complete);
              nearest.forEach(peer -> asker.ask(peer, new Request.PutValue(record), tally));
            }));
  }

  @Override
  public void stopPutting(DhtKey key) {
    run(() -> stores.errands().stopPutting(key));
  }

  /** An errand is due again. */
  private void repeat(Errand errand, IntConsumer reached) {
    BasicSearch<Integer> search = new BasicSearch<>(this::run);
    search.result().whenComplete((count, failure) -> reached.accept(count == null ? 0 : count));
    Optional<byte[]> value = errand.value();
    if (value.isPresent()
        && namespaces.validate(errand.key(), value.get(), time.clock().instant()).isPresent()) {
      stores.errands().stopPutting(errand.key());
      search.result().complete(0);
    } else if (value.isPresent()) {
      put(search, new ValueRecord(errand.key(), value.get()));
    } else {
      announce(search, errand.key());
    }
  }

  /** Counts successes until all is done. */
  private static final class Tally implements KademliaNetwork.Reply {
    private final IntConsumer whenDone;
    private int left;
    private int successes;

    Tally(int all, IntConsumer whenDone) {
      this.left = all;
      this.whenDone = whenDone;
      if (all == 0) {
        whenDone.accept(0);
      }
    }

    void done(boolean success) {
      successes += success ? 1 : 0;
      if (--left == 0) {
        whenDone.accept(successes);
      }
    }

    @Override
    public void onResponse(Response response) {
      done(true);
    }

    @Override
    public void onFailure(AskFailure failure) {
      done(false);
    }
  }

  @Override
  public Search<Optional<byte[]>> getValue(DhtKey key) {
    return begin(search -> start(search, new ValueGoal(key, search)));
  }

  private final class ValueGoal extends Goal {
    private final BasicSearch<Optional<byte[]>> search;
    private final Set<PeerId> holders = new HashSet<>();
    private byte @Nullable [] best;

    ValueGoal(DhtKey key, BasicSearch<Optional<byte[]>> search) {
      super(new Request.GetValue(key));
      this.search = search;
      stores.values().get(key).ifPresent(record -> consider(record.value()));
    }

    /** Returns whether it is the best now. */
    private boolean consider(byte[] value) {
      byte[] before = best;
      if (before != null && Arrays.equals(before, value)) {
        return true;
      }
      Optional<RefusalReason> refusal = namespaces.validate(key, value, time.clock().instant());
      if (refusal.isPresent()) {
        metrics.refused(refusal.get());
        return false;
      }
      if (before != null && !namespaces.isBetter(key, value, before)) {
        return false;
      }
      holders.clear();
      best = value;
      return true;
    }

    @Override
    public boolean onResponse(Contact from, int hops, Response response) {
      if (response.value().isPresent()
          && response.value().get().key().equals(key)
          && consider(response.value().get().value())) {
        holders.add(from.peer());
      }
      return false;
    }

    @Override
    void end(List<Contact> nearest, SearchCost cost) {
      search.cost(cost);
      byte[] value = best;
      if (value == null) {
        search.result().complete(Optional.empty());
        return;
      }
      search.result().complete(Optional.of(value));
      if (cost.end() != SearchCost.End.CONVERGED) {
        return;
      }
      // Whoever should have it and has an older one or none, gets it.
      Request.PutValue correction = new Request.PutValue(new ValueRecord(key, value));
      Tally ignored = new Tally(nearest.size(), corrected -> {});
      for (Contact peer : nearest) {
        if (!holders.contains(peer.peer())) {
          asker.ask(peer, correction, ignored);
        }
      }
    }
  }
}
