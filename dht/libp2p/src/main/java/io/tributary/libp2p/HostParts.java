package io.tributary.libp2p;

import io.tributary.libp2p.limits.AccessList;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.limits.Resources;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.StreamMuxer;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.upgrade.Upgrader;
import java.time.InstantSource;
import java.util.List;

/**
 * What the connections of a host share.
 *
 * @param transports grows when a service brings one of its own
 * @param lentBytes how much a relayed connection may have carried and still take streams
 */
record HostParts(
    PeerId self,
    IoEngine io,
    List<Transport> transports,
    Upgrader upgrader,
    StreamMuxer muxer,
    ProtocolTable protocols,
    Resources resources,
    AccessList access,
    HostMetrics metrics,
    HostTimes times,
    InstantSource clock,
    PublicNetworks publicNetworks,
    ExpectedPeers expected,
    long lentBytes) {}
