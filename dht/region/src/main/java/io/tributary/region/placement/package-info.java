/**
 * Which members of a region hold a fragment, computed alike by everybody who knows the same
 * members: {@link io.tributary.region.placement.Placement}.
 */
@NullMarked
package io.tributary.region.placement;

import org.jspecify.annotations.NullMarked;
