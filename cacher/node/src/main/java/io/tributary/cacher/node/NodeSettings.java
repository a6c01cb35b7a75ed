package io.tributary.cacher.node;

import io.tributary.cacher.node.catalog.CatalogSettings;
import io.tributary.cacher.node.demand.DemandSettings;
import io.tributary.cacher.node.fill.FillSettings;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.fetch.guard.GuardSettings;
import io.tributary.fetch.score.ScoreSettings;
import io.tributary.ledger.PricePerGib;

/**
 * The limits and prices of a {@link CacherNode}.
 *
 * @param price what is asked for at first
 * @param siblingCeiling the highest price that is paid to siblings
 * @param catalog what is remembered of the chain
 * @param fills how fragments are got
 * @param scores how upstreams are judged
 * @param guards when upstreams are left alone
 * @param server how peers are served
 * @param client how siblings are asked
 * @param demand what is done about demand
 */
public record NodeSettings(
    PricePerGib price,
    PricePerGib siblingCeiling,
    CatalogSettings catalog,
    FillSettings fills,
    ScoreSettings scores,
    GuardSettings guards,
    ServerSettings server,
    ClientSettings client,
    DemandSettings demand) {

  /** The defaults of all limits; no more is paid to siblings than is asked for. */
  public static NodeSettings of(PricePerGib price) {
    return new NodeSettings(
        price,
        price,
        CatalogSettings.defaults(),
        FillSettings.defaults(),
        ScoreSettings.defaults(),
        GuardSettings.defaults(),
        ServerSettings.defaults(),
        ClientSettings.defaults(),
        DemandSettings.defaults());
  }

  /** Returns these with other limits of fills. */
  public NodeSettings with(FillSettings other) {
    return new NodeSettings(
        price, siblingCeiling, catalog, other, scores, guards, server, client, demand);
  }

  /** Returns these with other limits of serving. */
  public NodeSettings with(ServerSettings other) {
    return new NodeSettings(
        price, siblingCeiling, catalog, fills, scores, guards, other, client, demand);
  }

  /** Returns these with another highest price for siblings. */
  public NodeSettings withSiblingCeiling(PricePerGib other) {
    return new NodeSettings(price, other, catalog, fills, scores, guards, server, client, demand);
  }

  /** Returns these with another way to deal with demand. */
  public NodeSettings with(DemandSettings other) {
    return new NodeSettings(
        price, siblingCeiling, catalog, fills, scores, guards, server, client, other);
  }
}
