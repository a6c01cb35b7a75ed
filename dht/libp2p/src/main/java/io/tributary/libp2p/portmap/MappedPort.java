package io.tributary.libp2p.portmap;

import java.net.Inet4Address;
import java.time.Duration;

/**
 * A port of the gateway that leads to this host.
 *
 * @param internalPort of this host
 * @param externalAddress of the gateway, as it says
 * @param externalPort of the gateway
 * @param lease how long it holds from when it was granted; zero for ever
 */
public record MappedPort(
    PortKind kind,
    int internalPort,
    Inet4Address externalAddress,
    int externalPort,
    Duration lease) {}
