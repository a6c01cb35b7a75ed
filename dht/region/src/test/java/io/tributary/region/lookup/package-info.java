/** Tests of this room. */
@NullMarked
package io.tributary.region.lookup;

import org.jspecify.annotations.NullMarked;
