/**
 * Asking a member for the homes of a fragment: {@link io.tributary.region.lookup.HomesClient} and
 * {@link io.tributary.region.lookup.HomesServer}, for those who do not follow the region
 * themselves.
 */
@NullMarked
package io.tributary.region.lookup;

import org.jspecify.annotations.NullMarked;
