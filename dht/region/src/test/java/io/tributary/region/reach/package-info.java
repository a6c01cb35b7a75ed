/** Tests of how nodes are reached. */
@NullMarked
package io.tributary.region.reach;

import org.jspecify.annotations.NullMarked;
