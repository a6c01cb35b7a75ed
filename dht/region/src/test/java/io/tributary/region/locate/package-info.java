/** Tests of this room. */
@NullMarked
package io.tributary.region.locate;

import org.jspecify.annotations.NullMarked;
