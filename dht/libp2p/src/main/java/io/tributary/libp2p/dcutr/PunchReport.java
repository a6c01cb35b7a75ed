package io.tributary.libp2p.dcutr;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of looking for a direct connection.
 *
 * @param peer with whom
 * @param isInitiative whether this host began, being the one that was reached over the relay
 * @param result how it ended
 * @param attempts how often this side dialled when the two had agreed to; 0 if it was reached first
 * @param took since the relayed connection was there, or since the peer began
 * @param address the peer's address on the direct connection, if there is one
 */
public record PunchReport(
    PeerId peer,
    boolean isInitiative,
    PunchResult result,
    int attempts,
    Duration took,
    Optional<Multiaddr> address) {}
