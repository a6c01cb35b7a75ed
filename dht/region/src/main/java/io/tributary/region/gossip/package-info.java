/**
 * What members of a region say to each other: {@link io.tributary.region.gossip.GossipMessage}, its
 * wire form, and the port and the libp2p binding through which messages go.
 */
@NullMarked
package io.tributary.region.gossip;

import org.jspecify.annotations.NullMarked;
