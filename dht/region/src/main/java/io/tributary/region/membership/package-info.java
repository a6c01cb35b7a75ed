/**
 * Who is in a region: {@link io.tributary.region.membership.Membership}, the state machine that
 * keeps every node's members alike by gossip, and {@link
 * io.tributary.region.membership.RegionView}, what the rest of a node sees of it.
 */
@NullMarked
package io.tributary.region.membership;

import org.jspecify.annotations.NullMarked;
