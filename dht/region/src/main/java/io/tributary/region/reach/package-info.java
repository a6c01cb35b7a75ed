/**
 * How a node of the network is reached, and finds a way to be: {@link
 * io.tributary.region.reach.NodeReach} puts a host's way through NATs to work, with relays that the
 * operator, bootstrap nodes and the members of the region name.
 */
@NullMarked
package io.tributary.region.reach;

import org.jspecify.annotations.NullMarked;
