package io.tributary.kademlia.stream;

import io.tributary.kademlia.KademliaConfig;
import io.tributary.kademlia.KademliaMetrics;
import io.tributary.kademlia.network.NetworkScope;
import io.tributary.kademlia.routing.RoutingLimits;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link KademliaNode} is set up.
 *
 * @param prefix of the protocol's id, which keeps networks apart: {@code /ipfs} of the public one
 * @param scope how far the network reaches
 * @param config how the DHT behaves
 * @param limits what its streams may use
 * @param namespaces which values it takes
 * @param folder where records and peers outlive a restart; empty if they need not
 * @param metrics counts
 */
public record KademliaSettings(
    String prefix,
    NetworkScope scope,
    KademliaConfig config,
    StreamLimits limits,
    Namespaces namespaces,
    Optional<Path> folder,
    KademliaMetrics metrics) {

  /** The prefix of the public network. */
  public static final String PUBLIC_PREFIX = "/ipfs";

  private static final int MAX_PREFIX_CHARS = 64;

  public KademliaSettings {
    if (!prefix.startsWith("/") || prefix.endsWith("/") || prefix.length() > MAX_PREFIX_CHARS) {
      throw new IllegalArgumentException(
          "prefix is '" + prefix + "', allowed is /NAME of up to " + MAX_PREFIX_CHARS);
    }
  }

  /** Of a network on the Internet, nothing kept. */
  public static KademliaSettings internet(String prefix, List<Multiaddr> bootstrap) {
    return new KademliaSettings(
        prefix,
        NetworkScope.INTERNET,
        KademliaConfig.server(bootstrap),
        StreamLimits.defaults(),
        Namespaces.publicKeys(),
        Optional.empty(),
        KademliaMetrics.NONE);
  }

  /** Of a network on one site or machine, nothing kept. */
  public static KademliaSettings local(String prefix, List<Multiaddr> bootstrap) {
    KademliaSettings internet = internet(prefix, bootstrap);
    return new KademliaSettings(
        prefix,
        NetworkScope.LOCAL,
        internet.config.with(RoutingLimits.local()),
        internet.limits,
        internet.namespaces,
        internet.folder,
        internet.metrics);
  }

  /** The id of the protocol. */
  public String protocolId() {
    return prefix + "/kad/1.0.0";
  }

  /** The same with another behaviour. */
  public KademliaSettings with(KademliaConfig other) {
    return new KademliaSettings(prefix, scope, other, limits, namespaces, folder, metrics);
  }

  /** The same with other values. */
  public KademliaSettings with(Namespaces other) {
    return new KademliaSettings(prefix, scope, config, limits, other, folder, metrics);
  }

  /** The same with other limits of streams. */
  public KademliaSettings with(StreamLimits other) {
    return new KademliaSettings(prefix, scope, config, other, namespaces, folder, metrics);
  }

  /** The same with counts. */
  public KademliaSettings with(KademliaMetrics other) {
    return new KademliaSettings(prefix, scope, config, limits, namespaces, folder, other);
  }

  /** The same, where these count as public. */
  public KademliaSettings with(PublicNetworks networks) {
    return new KademliaSettings(
        prefix, scope.with(networks), config, limits, namespaces, folder, metrics);
  }

  /** The same, kept in a folder, which must exist. */
  public KademliaSettings in(Path other) {
    return new KademliaSettings(
        prefix, scope, config, limits, namespaces, Optional.of(other), metrics);
  }
}
