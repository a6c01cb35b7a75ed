package io.tributary.libp2p.autonat;

/**
 * What an {@link AutoNatServer} does now and has done since it was made.
 *
 * @param underWay requests being served now
 * @param dialled addresses dialled for peers
 * @param reached of them, those at which the peer was
 * @param refused requests refused because of a limit, or for want of an address to be dialled
 * @param paidBytes data that peers sent to have other addresses dialled
 */
public record AutoNatUsage(
    int underWay, long dialled, long reached, long refused, long paidBytes) {}
