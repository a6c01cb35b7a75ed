/** Tests of regions, and the members they are made with. */
@NullMarked
package io.tributary.region;

import org.jspecify.annotations.NullMarked;
