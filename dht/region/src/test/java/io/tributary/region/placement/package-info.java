/** Tests of this room. */
@NullMarked
package io.tributary.region.placement;

import org.jspecify.annotations.NullMarked;
