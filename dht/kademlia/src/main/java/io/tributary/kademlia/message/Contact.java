package io.tributary.kademlia.message;

import io.tributary.kademlia.key.Position;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;

/**
 * A peer and where it may be reached. Two contacts are equal if peer and addresses are. Immutable.
 */
public final class Contact {

  /** The most addresses of a peer. */
  public static final int MAX_ADDRESSES = 16;

  private final PeerId peer;
  private final Position position;
  private final List<Multiaddr> addresses;

  private Contact(PeerId peer, Position position, List<Multiaddr> addresses) {
    this.peer = peer;
    this.position = position;
    this.addresses = addresses;
  }

  /**
   * A contact.
   *
   * @param addresses without the peer's id; those beyond {@link #MAX_ADDRESSES} are left out
   */
  public static Contact of(PeerId peer, List<Multiaddr> addresses) {
    return new Contact(peer, Position.ofHashed(peer.toBytes()), bounded(addresses));
  }

  private static List<Multiaddr> bounded(List<Multiaddr> addresses) {
    return List.copyOf(
        addresses.size() <= MAX_ADDRESSES ? addresses : addresses.subList(0, MAX_ADDRESSES));
  }

  /** The same peer elsewhere. */
  public Contact at(List<Multiaddr> others) {
    return addresses.equals(others) ? this : new Contact(peer, position, bounded(others));
  }

  /** The peer. */
  public PeerId peer() {
    return peer;
  }

  /** Where the peer's id lies. */
  public Position position() {
    return position;
  }

  /** Where the peer may be reached, perhaps nowhere. */
  public List<Multiaddr> addresses() {
    return addresses;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Contact that
        && peer.equals(that.peer)
        && addresses.equals(that.addresses);
  }

  @Override
  public int hashCode() {
    return peer.hashCode();
  }

  @Override
  public String toString() {
    return peer + " at " + addresses;
  }
}
