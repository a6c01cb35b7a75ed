package io.tributary.libp2p.relay;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;

/**
 * A peer that may be a relay.
 *
 * @param peer who
 * @param addresses where it is reached directly; may be empty if the address book knows
 */
public record RelayCandidate(PeerId peer, List<Multiaddr> addresses) {
  public RelayCandidate {
    addresses = List.copyOf(addresses);
  }
}
