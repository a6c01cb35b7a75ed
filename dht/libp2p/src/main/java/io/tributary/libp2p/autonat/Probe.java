package io.tributary.libp2p.autonat;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A server's try at an address.
 *
 * @param server who
 * @param version of the protocol, 1 or 2; by the first nothing proves what the server says
 * @param address which; empty if it is of all that were named, or of none
 * @param from whence the server came to say its nonce, if it came
 */
public record Probe(
    PeerId server,
    int version,
    Optional<Multiaddr> address,
    ProbeResult result,
    Optional<InetAddress> from) {}
