/**
 * This node among the cachers of its region: in the DHT, in the membership, and as one who tells
 * homes; begin with {@link io.tributary.cacher.node.region.RegionPresence}.
 */
@NullMarked
package io.tributary.cacher.node.region;

import org.jspecify.annotations.NullMarked;
