package io.tributary.exchange.client;

import io.tributary.ledger.EvmAddress;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * A peer that serves fragments.
 *
 * @param peer its id
 * @param addresses where it may be
 * @param payee the account it is paid at, from its signed record; empty to ask for gifts only
 */
public record Provider(PeerId peer, List<Multiaddr> addresses, Optional<EvmAddress> payee) {
  /** Copies the addresses. */
  public Provider {
    addresses = List.copyOf(addresses);
  }
}
