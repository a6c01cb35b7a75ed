/** Tests of this room. */
@NullMarked
package io.tributary.region.membership;

import org.jspecify.annotations.NullMarked;
