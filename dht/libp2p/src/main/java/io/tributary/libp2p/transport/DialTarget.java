package io.tributary.libp2p.transport;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.Role;
import java.util.Optional;

/**
 * Whom to dial, and how.
 *
 * @param address where, without names and without the peer's id at its end
 * @param peer who must answer; empty to take any
 * @param role the part this side plays in the handshake; the initiator, unless hole punching agreed
 *     otherwise
 * @param localPort from which port of this host
 */
public record DialTarget(Multiaddr address, Optional<PeerId> peer, Role role, LocalPort localPort) {

  /** The port a connection comes from. */
  public enum LocalPort {
    /** One this host listens on if that is possible, else any. */
    LISTENING_IF_POSSIBLE,
    /** One this host listens on, as hole punching needs. */
    LISTENING,
    /** One that nothing else uses. */
    FRESH
  }

  /** The same from another port. */
  public DialTarget from(LocalPort port) {
    return new DialTarget(address, peer, role, port);
  }

  /** The usual dial. */
  public static DialTarget of(Multiaddr address, Optional<PeerId> peer) {
    return new DialTarget(address, peer, Role.INITIATOR, LocalPort.LISTENING_IF_POSSIBLE);
  }
}
