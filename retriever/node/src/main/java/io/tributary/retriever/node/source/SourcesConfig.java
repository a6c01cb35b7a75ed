package io.tributary.retriever.node.source;

import io.tributary.exchange.client.Provider;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.nodekit.config.ConfigAnswers;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.region.Region;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The part of the configuration that says whom a retriever asks besides storage miners and the
 * cachers of its own region.
 *
 * @param gateways DeOSS gateways, the first ones preferred
 * @param isRegistered whether gateways that are registered on the chain are asked too
 * @param neighbours regions whose cachers are asked if those of the own region do not help; the
 *     nearest first, by measured round trips
 * @param retrievers other retrievers: they are asked for what they have cached, and may ask this
 *     one for what it has; both for nothing
 * @param originPrice how much longer a cacher may be expected to take than the storage network and
 *     still be asked first
 */
public record SourcesConfig(
    List<Endpoint> gateways,
    boolean isRegistered,
    List<Region> neighbours,
    List<Provider> retrievers,
    Duration originPrice) {
  /** The most gateways, and the most retrievers. */
  public static final int MAX_LISTED = 16;

  /** The most regions. */
  public static final int MAX_NEIGHBOURS = 8;

  /** Half a second. */
  public static final Duration USUAL_PRICE = Duration.ofMillis(500);

  private static final long MAX_PRICE_MILLIS = 60_000;

  /** Nobody besides. */
  public static final SourcesConfig NONE =
      new SourcesConfig(List.of(), false, List.of(), List.of(), USUAL_PRICE);

  /** Copies the lists. */
  public SourcesConfig {
    gateways = List.copyOf(gateways);
    neighbours = List.copyOf(neighbours);
    retrievers = List.copyOf(retrievers);
  }

  /** Reads the keys of {@code [sources]}. */
  public static SourcesConfig from(ConfigAnswers form) {
    return new SourcesConfig(
        form.list("sources.gateways", 0, MAX_LISTED, Endpoint::parse),
        form.flag("sources.registered-gateways", false),
        form.list("sources.neighbour-regions", 0, MAX_NEIGHBOURS, Region::new),
        form.list("sources.retrievers", 0, MAX_LISTED, SourcesConfig::retriever),
        Duration.ofMillis(
            form.integer(
                "sources.origin-price-millis", 0, MAX_PRICE_MILLIS, USUAL_PRICE.toMillis())));
  }

  private static Provider retriever(String text) {
    Multiaddr address = Multiaddr.parse(text);
    return new Provider(
        address
            .peerId()
            .orElseThrow(
                () -> new IllegalArgumentException("does not end in /p2p/ and a peer's id")),
        List.of(address.withoutPeerId()),
        Optional.empty());
  }

  /** Returns the keys with their meaning and defaults, as part of a configuration file. */
  public static String template() {
    return """
    [sources]                             # asked besides storage miners and the region's cachers
    #gateways = []                        # DeOSS gateways, as http://gateway.example:8080
    #registered-gateways = false          # ask those too that are registered on the chain
    #neighbour-regions = []               # whose cachers help if those of the own region do not
    #retrievers = []                      # multiaddrs with /p2p/; asked, and served from the cache
    #origin-price-millis = 500            # so much longer may cachers take and be asked first
    """;
  }
}
