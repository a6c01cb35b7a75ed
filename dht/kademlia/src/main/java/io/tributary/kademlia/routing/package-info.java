/**
 * Whom a node knows: the {@link io.tributary.kademlia.routing.RoutingTable} and the {@link
 * io.tributary.kademlia.routing.PeerFile} by which it outlives a restart.
 */
@NullMarked
package io.tributary.kademlia.routing;

import org.jspecify.annotations.NullMarked;
