/** Tests of this room. */
@NullMarked
package io.tributary.region.record;

import org.jspecify.annotations.NullMarked;
