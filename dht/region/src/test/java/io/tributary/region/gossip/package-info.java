/** Tests of this room. */
@NullMarked
package io.tributary.region.gossip;

import org.jspecify.annotations.NullMarked;
