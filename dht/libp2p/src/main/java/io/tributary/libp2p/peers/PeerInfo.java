package io.tributary.libp2p.peers;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer says of itself by the identify protocol. Nothing of it is proven but that the peer
 * said it.
 *
 * @param protocolVersion the family of protocols it belongs to, if told
 * @param agentVersion its software, if told
 * @param listenAddresses where it says it listens
 * @param protocols what it answers
 * @param observedAddress where it sees this host, if told
 */
public record PeerInfo(
    Optional<String> protocolVersion,
    Optional<String> agentVersion,
    List<Multiaddr> listenAddresses,
    Set<String> protocols,
    Optional<Multiaddr> observedAddress) {

  public PeerInfo {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = Set.copyOf(protocols);
  }
}
