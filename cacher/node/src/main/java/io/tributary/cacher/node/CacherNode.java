package io.tributary.cacher.node;

import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.MinerAddresses;
import io.tributary.cacher.node.demand.Demand;
import io.tributary.cacher.node.demand.PaidAsking;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.node.serve.CachedFragments;
import io.tributary.cacher.node.upstream.MinerFinder;
import io.tributary.cacher.node.upstream.SiblingFinder;
import io.tributary.cacher.node.upstream.UpstreamFinder;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.ledger.PricePerGib;
import io.tributary.region.reach.NodeReach;
import io.tributary.region.record.CacherRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A cacher on a host: serves fragments from its store, gets those that are not there from siblings
 * and storage miners, and is paid. Thread-safe.
 */
public final class CacherNode implements AutoCloseable {
  private final Catalog catalog;
  private final SourceScores scores;
  private final Outage outage;
  private final Fills fills;
  private final Demand demand;
  private final CachedFragments fragments;
  private final FragmentServer server;

  /** A node that does not answer before {@link #start}. */
  public CacherNode(NodeSettings settings, NodeParts parts) {
    this.outage = new Outage(parts.time()::nanoTime);
    this.catalog = new Catalog(parts.chain(), settings.catalog(), outage, parts.time()::nanoTime);
    this.scores = new SourceScores(settings.scores(), parts.time()::nanoTime, parts.random());
    Optional<FragmentClient> client = parts.payer().map(payer -> client(settings, parts, payer));
    Predicate<CacherRecord> isAcceptable =
        record -> parts.rules().allows(record.peer()) && parts.rules().allows(record.region());
    this.fills =
        new Fills(
            settings.fills(),
            parts.hot(),
            upstreams(settings, parts, client, isAcceptable),
            scores,
            new SourceGuards(settings.guards(), parts.time()::nanoTime),
            outage,
            parts.executor(),
            parts.time(),
            parts.metrics().fills(),
            parts.onStored());
    this.demand =
        new Demand(
            settings.demand(),
            parts.hot(),
            catalog,
            fills,
            parts.rules()::allows,
            new PaidAsking(
                client,
                parts.host().peerId(),
                parts.placement(),
                isAcceptable,
                settings.siblingCeiling()),
            parts.executor(),
            parts.time(),
            parts.metrics().demand());
    this.fragments =
        new CachedFragments(
            parts.hot(),
            catalog,
            fills,
            parts.rules(),
            parts.pace(),
            demand,
            parts.metrics().answers());
    this.server =
        new FragmentServer(
            parts.host(),
            fragments,
            parts.rules(),
            parts.payee(),
            settings.price(),
            settings.server(),
            parts.executor(),
            parts.time(),
            parts.metrics().served());
  }

  private static FragmentClient client(NodeSettings settings, NodeParts parts, Payer payer) {
    return new FragmentClient(
        parts.host(),
        Optional.of(payer),
        settings.client(),
        parts.executor(),
        parts.time(),
        parts.metrics().fetched());
  }

  private UpstreamFinder upstreams(
      NodeSettings settings,
      NodeParts parts,
      Optional<FragmentClient> client,
      Predicate<CacherRecord> isAcceptable) {
    List<UpstreamFinder> finders = new ArrayList<>();
    client.ifPresent(
        each ->
            finders.add(
                new SiblingFinder(
                    each,
                    parts.host().peerId(),
                    parts.placement(),
                    isAcceptable,
                    home -> NodeReach.isDirect(parts.host(), home),
                    settings.siblingCeiling(),
                    parts.executor())));
    MinerAddresses addresses =
        new MinerAddresses(parts.chain(), settings.catalog(), parts.time()::nanoTime);
    finders.add(new MinerFinder(catalog, addresses, parts.miners()));
    return UpstreamFinder.all(finders);
  }

  /** Begins to answer peers. */
  public void start() {
    server.start();
    demand.start();
  }

  /** What it serves, also to others than peers. */
  public CachedFragments fragments() {
    return fragments;
  }

  /** The fills under way. */
  public Fills fills() {
    return fills;
  }

  /** The demand, and what is done about it. */
  public Demand demand() {
    return demand;
  }

  /** What it remembers of the chain. */
  public Catalog catalog() {
    return catalog;
  }

  /** What its upstreams have shown. */
  public SourceScores scores() {
    return scores;
  }

  /** Whether most of everything fails. */
  public Outage outage() {
    return outage;
  }

  /** What is asked for now. */
  public PricePerGib price() {
    return server.price();
  }

  /** Asks for another price from now on. */
  public void changePrice(PricePerGib price) {
    server.changePrice(price);
  }

  /** Takes no more requests; what is being served goes on. */
  public void drain() {
    demand.close();
    server.close();
  }

  /** Takes no more requests and ends all fills. */
  @Override
  public void close() {
    demand.close();
    server.close();
    fills.stop();
  }
}
