/**
 * The SCALE encoding of Substrate, read strictly and within bounds, and written: {@link
 * io.tributary.origin.scale.ScaleReader}, {@link io.tributary.origin.scale.ScaleWriter}.
 */
@NullMarked
package io.tributary.origin.scale;

import org.jspecify.annotations.NullMarked;
