package io.tributary.libp2p.relay;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A relay's word that peers may reach us through it.
 *
 * @param expiry until when
 * @param addresses where the relay is reached, each with its peer id
 * @param voucher the same in the relay's handwriting, if it gave one
 * @param limit what it told of its limits on circuits
 */
public record Reservation(
    Instant expiry, List<Multiaddr> addresses, Optional<RelayVoucher> voucher, CircuitLimit limit) {

  public Reservation {
    addresses = List.copyOf(addresses);
  }
}
