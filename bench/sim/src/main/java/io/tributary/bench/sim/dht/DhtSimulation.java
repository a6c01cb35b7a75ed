package io.tributary.bench.sim.dht;

import io.tributary.bench.sim.Conditions;
import io.tributary.bench.sim.SimNetwork;
import io.tributary.bench.sim.SimNode;
import io.tributary.bench.sim.Simulation;
import io.tributary.kademlia.Search;
import io.tributary.kademlia.SearchCost;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A run of a whole DHT: nodes join one by one, some announce content, and while nodes leave and
 * others join, content is looked up by nodes anywhere.
 *
 * <p>A lookup has succeeded if it brought a provider that is alive at the address it brought.
 * Content whose provider has left is not looked up. Apart from that, some providers leave and
 * return at another address, and their content is looked up at the end.
 */
public final class DhtSimulation {

  private static final Duration JOINING = Duration.ofMinutes(10);
  private static final Duration SETTLING = Duration.ofMinutes(2);
  private static final Duration ANNOUNCING = Duration.ofMinutes(2);
  private static final Duration LAST_LOOKUPS = Duration.ofMinutes(2);
  private static final int BOOTSTRAP = 3;
  private static final int MAX_CONTENTS = 2_000;
  private static final int MAX_RETURNING = 100;
  private static final int LOOKUPS_PER_ATTACKED = 20;
  private static final int NEIGHBOURS = 20;

  private final DhtSettings settings;
  private final LongSupplier wallNanos;
  private final Simulation simulation;
  private final SimNetwork<DhtMessage> network;
  private final Directory directory = new Directory();
  private final SplittableRandom random;
  private final Sybils sybils;
  private final List<SimDhtNode> honest = new ArrayList<>();
  private final List<Provided> contents = new ArrayList<>();
  private final List<Provided> returning = new ArrayList<>();
  private final List<Multihash> targets = new ArrayList<>();
  private final List<Provided> attacked = new ArrayList<>();
  private final List<Long> hops = new ArrayList<>();
  private final List<Long> requests = new ArrayList<>();
  private final List<Long> latencies = new ArrayList<>();
  private long sentByTheDead;
  private final Map<Search<?>, SimDhtNode> underWay = new HashMap<>();
  private int lookups;
  private int found;
  private int returned;
  private int returnedFound;
  private int attackedLookups;
  private int attackedFound;

  private record Provided(Multihash content, SimDhtNode provider) {}

  /**
   * A run that has not begun.
   *
   * @param wallNanos tells how long the run takes
   */
  public DhtSimulation(DhtSettings settings, LongSupplier wallNanos) {
    this.settings = settings;
    this.wallNanos = wallNanos;
    this.simulation = new Simulation(settings.seed(), Conditions.fair().withLoss(settings.loss()));
    this.network = new SimNetwork<>(simulation, DhtMessage::bytes);
    this.random = simulation.newRandom();
    this.sybils = new Sybils(network, directory, simulation.newRandom());
  }

  /** Runs it. */
  public DhtReport run() {
    long began = wallNanos.getAsLong();
    join();
    attack();
    simulation.runFor(JOINING.plus(SETTLING));
    announce();
    simulation.runFor(ANNOUNCING);
    churn();
    lookUp();
    simulation.runFor(settings.duration());
    lookUpReturned();
    simulation.runFor(LAST_LOOKUPS);
    return report(began);
  }

  // The nodes

  private void join() {
    for (int i = 0; i < settings.nodes(); i++) {
      // The first ones are the bootstrap list, so they have to be reachable and honest.
      boolean first = i < 2 * BOOTSTRAP;
      double lot = random.nextDouble();
      boolean sybil = !first && lot < settings.sybils();
      boolean reachable = first || sybil || lot < 1 - settings.unreachable();
      Duration when = JOINING.multipliedBy(i).dividedBy(settings.nodes());
      simulation.after(
          when,
          () -> {
            if (sybil) {
              sybils.add(addMachine(true), () -> anyHonest().machine());
            } else {
              addHonest(reachable);
            }
          });
    }
  }

  /** Sybils settle at keys while the network forms. */
  private void attack() {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(settings.nodes()) + 1;
    for (int i = 0; i < settings.attack().contents(); i++) {
      Multihash content = newContent();
      targets.add(content);
      Position key = DhtKey.of(content).position();
      for (int j = 0; j < settings.attack().perContent(); j++) {
        simulation.after(
            JOINING.dividedBy(2).plusMillis(random.nextInt((int) JOINING.toMillis() / 2)),
            () ->
                sybils.addNear(
                    key,
                    bits,
                    settings.attack().blocks(),
                    addMachine(true),
                    () -> anyHonest().machine(),
                    () -> anyNear(key).machine()));
      }
    }
  }

  private SimDhtNode anyNear(Position key) {
    SimDhtNode nearest = anyHonest();
    // The nearest of a sample large enough that all the nearest of the network come up.
    for (int i = 0; i < honest.size() / NEIGHBOURS; i++) {
      SimDhtNode other = anyHonest();
      if (key.compareDistances(other.contact().position(), nearest.contact().position()) < 0) {
        nearest = other;
      }
    }
    return nearest;
  }

  private SimNode addMachine(boolean reachable) {
    int region = random.nextInt(simulation.conditions().latency().regions());
    return simulation.addNode(region, reachable);
  }

  private void addHonest(boolean reachable) {
    List<Multiaddr> bootstrap = new ArrayList<>();
    for (int i = 0; i < BOOTSTRAP && !honest.isEmpty(); i++) {
      SimDhtNode node = anyHonest();
      if (node.machine().isReachable()) {
        bootstrap.add(node.contact().addresses().get(0));
      }
    }
    if (bootstrap.isEmpty() && !honest.isEmpty()) {
      honest.stream()
          .filter(node -> node.machine().isReachable())
          .limit(1)
          .forEach(node -> bootstrap.add(node.contact().addresses().get(0)));
    }
    SimDhtNode node = new SimDhtNode(addMachine(reachable), network, directory, bootstrap);
    honest.add(node);
    node.start(List.of());
  }

  private SimDhtNode anyHonest() {
    return honest.get(random.nextInt(honest.size()));
  }

  private void churn() {
    double perMinute = settings.churnPerHour() * honest.size() / 60;
    long changes = Math.round(perMinute * settings.duration().toSeconds() / 60.0);
    for (long i = 0; i < changes; i++) {
      simulation.after(
          Duration.ofNanos(random.nextLong(settings.duration().toNanos())), this::replaceOne);
    }
    Duration away = settings.duration().dividedBy(2);
    for (Provided each : returning) {
      Duration leaves = settings.duration().dividedBy(6);
      simulation.after(leaves.plusMillis(random.nextInt(1000)), each.provider()::kill);
      simulation.after(leaves.plus(away).plusSeconds(1), each.provider()::restart);
    }
  }

  private void replaceOne() {
    int index = random.nextInt(honest.size());
    SimDhtNode leaver = honest.get(index);
    boolean kept = !leaver.machine().isAlive() || isReturning(leaver);
    if (kept) {
      simulation.after(Duration.ofSeconds(1), this::replaceOne);
      return;
    }
    leaver.kill();
    honest.remove(index);
    sentByTheDead += leaver.machine().sentBytes();
    addHonest(leaver.machine().isReachable());
  }

  // Content

  private Multihash newContent() {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return Multihash.of(Multihash.SHA2_256, digest);
  }

  private void announce() {
    List<SimDhtNode> servers =
        honest.stream().filter(node -> node.machine().isReachable()).toList();
    int count = Math.min(MAX_CONTENTS, Math.max(20, settings.lookups() / 4));
    for (int i = 0; i < count; i++) {
      announce(newContent(), servers.get(random.nextInt(servers.size())), contents);
    }
    for (int i = 0; i < Math.min(MAX_RETURNING, servers.size() / 20); i++) {
      announce(newContent(), servers.get(random.nextInt(servers.size())), returning);
    }
    for (Multihash target : targets) {
      announce(target, servers.get(random.nextInt(servers.size())), attacked);
    }
  }

  private void announce(Multihash content, SimDhtNode provider, List<Provided> list) {
    if (isReturning(provider)) {
      return;
    }
    Provided provided = new Provided(content, provider);
    list.add(provided);
    simulation.after(
        Duration.ofNanos(random.nextLong(ANNOUNCING.dividedBy(2).toNanos())),
        () -> provider.dht().provide(provided.content()));
  }

  private void lookUp() {
    for (int i = 0; i < settings.lookups(); i++) {
      simulation.after(
          Duration.ofNanos(random.nextLong(settings.duration().toNanos())), this::lookUpOne);
    }
    for (int i = 0; i < LOOKUPS_PER_ATTACKED * attacked.size(); i++) {
      Provided sought = attacked.get(i % attacked.size());
      simulation.after(
          Duration.ofNanos(random.nextLong(settings.duration().toNanos())),
          () -> lookUpAttacked(sought));
    }
  }

  private void lookUpOne() {
    SimDhtNode asker = livingHonest();
    Provided wanted = contents.get(random.nextInt(contents.size()));
    for (int tries = 0; tries < 1_000 && !isFair(wanted, asker); tries++) {
      wanted = contents.get(random.nextInt(contents.size()));
    }
    if (!isFair(wanted, asker)) {
      return;
    }
    lookups++;
    Provided sought = wanted;
    List<Contact> brought = new ArrayList<>();
    Search<Integer> search = asker.dht().findProviders(sought.content(), 1, brought::add);
    underWay.put(search, asker);
    search
        .result()
        .thenRun(
            () -> {
              underWay.remove(search);
              SearchCost cost = search.cost();
              requests.add((long) cost.requests());
              if (brought.stream().anyMatch(contact -> isThere(contact, sought.provider()))) {
                found++;
                hops.add((long) cost.hops());
                latencies.add(cost.took().toMillis());
              }
            });
  }

  private void lookUpAttacked(Provided sought) {
    SimDhtNode asker = livingHonest();
    if (!isFair(sought, asker)) {
      return;
    }
    attackedLookups++;
    asker
        .dht()
        .findProviders(
            sought.content(),
            1,
            contact -> attackedFound += isThere(contact, sought.provider()) ? 1 : 0);
  }

  private boolean isFair(Provided provided, SimDhtNode asker) {
    return !isReturning(provided.provider()) && isThere(provided, asker);
  }

  private boolean isReturning(SimDhtNode provider) {
    return returning.stream().anyMatch(each -> each.provider() == provider);
  }

  private static boolean isThere(Provided provided, SimDhtNode asker) {
    return provided.provider().machine().isAlive() && provided.provider() != asker;
  }

  private boolean isThere(Contact contact, SimDhtNode provider) {
    Optional<SimNode> there = directory.find(contact.addresses());
    return there.isPresent()
        && there.get() == provider.machine()
        && contact.peer().equals(provider.contact().peer());
  }

  private SimDhtNode livingHonest() {
    SimDhtNode node = anyHonest();
    while (!node.machine().isAlive()) {
      node = anyHonest();
    }
    return node;
  }

  private void lookUpReturned() {
    for (Provided each : returning) {
      SimDhtNode asker = livingHonest();
      if (!isThere(each, asker)) {
        continue;
      }
      returned++;
      List<Contact> brought = new ArrayList<>();
      asker
          .dht()
          .findProviders(each.content(), 1, brought::add)
          .result()
          .thenRun(() -> brought.stream().limit(1).forEach(told -> reach(asker, told, each)));
    }
  }

  /** Whoever is not where its record says is looked for. */
  private void reach(SimDhtNode asker, Contact told, Provided wanted) {
    if (isThere(told, wanted.provider())) {
      returnedFound++;
      return;
    }
    asker
        .dht()
        .findPeer(told.peer())
        .result()
        .thenAccept(
            contact -> {
              if (contact.filter(now -> isThere(now, wanted.provider())).isPresent()) {
                returnedFound++;
              }
            });
  }

  // The end

  private DhtReport report(long began) {
    // Who left in the middle of a lookup will not miss the answer.
    lookups -= (int) underWay.values().stream().filter(asker -> !asker.machine().isAlive()).count();
    List<Long> sizes = new ArrayList<>();
    long sent = sentByTheDead;
    for (SimDhtNode node : honest) {
      sizes.add((long) node.dht().peers().join().size());
      sent += node.machine().sentBytes();
    }
    long messages = simulation.nodes().stream().mapToLong(SimNode::receivedMessages).sum();
    long seconds = TimeUnit.NANOSECONDS.toSeconds(simulation.nanoTime());
    Runtime runtime = Runtime.getRuntime();
    // What is in use, and not what has not been collected yet.
    System.gc();
    return new DhtReport(
        settings.nodes(),
        settings.duration().toMinutes(),
        settings.seed(),
        settings.churnPerHour(),
        settings.loss(),
        settings.unreachable(),
        (double) sybils.size() / settings.nodes(),
        lookups,
        found,
        lookups == 0 ? 1 : (double) found / lookups,
        returned,
        returnedFound,
        attackedLookups,
        attackedFound,
        Percentiles.of(hops),
        Percentiles.of(requests),
        Percentiles.of(latencies),
        Percentiles.of(sizes),
        sent / Math.max(1, seconds * honest.size()),
        messages,
        String.format(Locale.ROOT, "%016x", simulation.traceHash()),
        (wallNanos.getAsLong() - began) / 1e9,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
  }
}
