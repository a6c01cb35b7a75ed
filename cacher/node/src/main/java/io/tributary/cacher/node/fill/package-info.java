/**
 * Fragments on their way here: one fill of each however many ask, read while it comes; begin with
 * {@link io.tributary.cacher.node.fill.Fills}, the algorithm is in {@code FragmentFlight}.
 */
@NullMarked
package io.tributary.cacher.node.fill;

import org.jspecify.annotations.NullMarked;
