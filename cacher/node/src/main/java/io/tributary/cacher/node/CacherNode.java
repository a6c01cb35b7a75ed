package io.tributary.cacher.node;

import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.MinerAddresses;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.node.serve.CachedFragments;
import io.tributary.cacher.node.upstream.MinerFinder;
import io.tributary.cacher.node.upstream.SiblingFinder;
import io.tributary.cacher.node.upstream.UpstreamFinder;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.ledger.PricePerGib;
import java.util.ArrayList;
import java.util.List;

/**
 * A cacher on a host: serves fragments from its store, gets those that are not there from siblings
 * and storage miners, and is paid. Thread-safe.
 */
public final class CacherNode implements AutoCloseable {
  private final Catalog catalog;
  private final SourceScores scores;
  private final Outage outage;
  private final Fills fills;
  private final CachedFragments fragments;
  private final FragmentServer server;

  /** A node that does not answer before {@link #start}. */
  public CacherNode(NodeSettings settings, NodeParts parts) {
    this.outage = new Outage(parts.time()::nanoTime);
    this.catalog = new Catalog(parts.chain(), settings.catalog(), outage, parts.time()::nanoTime);
    this.scores = new SourceScores(settings.scores(), parts.time()::nanoTime, parts.random());
    this.fills =
        new Fills(
            settings.fills(),
            parts.hot(),
            upstreams(settings, parts),
            scores,
            new SourceGuards(settings.guards(), parts.time()::nanoTime),
            outage,
            parts.executor(),
            parts.time(),
            parts.metrics().fills(),
            parts.onStored());
    this.fragments =
        new CachedFragments(
            parts.hot(), catalog, fills, parts.rules(), parts.pace(), parts.metrics().answers());
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

  private UpstreamFinder upstreams(NodeSettings settings, NodeParts parts) {
    List<UpstreamFinder> finders = new ArrayList<>();
    parts
        .payer()
        .ifPresent(
            payer ->
                finders.add(
                    new SiblingFinder(
                        new FragmentClient(
                            parts.host(),
                            parts.payer(),
                            settings.client(),
                            parts.executor(),
                            parts.time(),
                            parts.metrics().fetched()),
                        parts.host().peerId(),
                        parts.placement(),
                        record -> parts.rules().allows(record.region()),
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
  }

  /** What it serves, also to others than peers. */
  public CachedFragments fragments() {
    return fragments;
  }

  /** The fills under way. */
  public Fills fills() {
    return fills;
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
    server.close();
  }

  /** Takes no more requests and ends all fills. */
  @Override
  public void close() {
    server.close();
    fills.stop();
  }
}
