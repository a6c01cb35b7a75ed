package io.tributary.libp2p.metrics;

import io.tributary.libp2p.muxer.MuxerMemory;

/**
 * What a host uses now of what is bounded, besides the counts of its {@code Resources}.
 *
 * @param pendingInbound inbound connections whose upgrade is under way
 * @param pendingDials peers and addresses being dialled
 * @param rateLimitedPrefixes blocks of addresses whose rate of connecting is remembered
 * @param knownPeers peers in the address book
 * @param taggedPeers peers with tags or protection
 * @param watchedAddresses addresses under which peers say they see the host
 * @param memory payload bytes held by the muxer
 */
public record HostUsage(
    int pendingInbound,
    int pendingDials,
    int rateLimitedPrefixes,
    int knownPeers,
    int taggedPeers,
    int watchedAddresses,
    MuxerMemory memory) {}
