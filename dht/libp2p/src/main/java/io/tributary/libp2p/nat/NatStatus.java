package io.tributary.libp2p.nat;

import io.tributary.libp2p.autonat.AutoNatUsage;
import io.tributary.libp2p.autonat.Reachability.Judgement;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchResult;
import io.tributary.libp2p.identify.NatMapping;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.RelayUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a host is reached, by what evidence, and what it does for others.
 *
 * @param standing whether it can be dialled
 * @param judgements each address with its verdict and the evidence
 * @param tcp what a NAT on the way does to TCP
 * @param quic what it does to QUIC
 * @param relayAddresses where it is reached by relays
 * @param punches how it ended with peers that were met over relays
 * @param relay what it gives as a relay, if it is to be one
 * @param server what it does as an AutoNAT server, if it is to be one
 */
public record NatStatus(
    Standing standing,
    List<Judgement> judgements,
    NatMapping tcp,
    NatMapping quic,
    List<Multiaddr> relayAddresses,
    Map<PunchResult, Long> punches,
    Optional<RelayUsage> relay,
    Optional<AutoNatUsage> server) {

  public NatStatus {
    judgements = List.copyOf(judgements);
    relayAddresses = List.copyOf(relayAddresses);
    punches = Map.copyOf(punches);
  }
}
