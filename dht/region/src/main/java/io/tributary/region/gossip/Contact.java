package io.tributary.region.gossip;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.record.SignedRecord;
import java.util.List;

/**
 * A peer and where it may be.
 *
 * @param peer the peer
 * @param addresses where to dial it; empty if it is connected or the address book knows
 */
public record Contact(PeerId peer, List<Multiaddr> addresses) {
  /** Copies the addresses. */
  public Contact {
    addresses = List.copyOf(addresses);
  }

  /** A peer that is connected. */
  public static Contact connected(PeerId peer) {
    return new Contact(peer, List.of());
  }

  /** Whether it may be dialled without a relay, as far as its addresses tell. */
  public boolean hasDirectAddress() {
    return addresses.isEmpty() || addresses.stream().anyMatch(each -> !each.isRelayed());
  }

  /** The peer of a record. */
  public static Contact of(SignedRecord record) {
    return new Contact(record.record().peer(), record.record().addresses());
  }
}
