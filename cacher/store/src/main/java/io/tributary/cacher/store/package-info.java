/**
 * Where a node keeps fragments: memory that is mapped from a file, filled once, read in place under
 * pins and given back when the last reader has gone.
 *
 * <p>Start at {@link io.tributary.cacher.store.FragmentStore}, the port; {@code chronicle} is the
 * implementation that survives restarts, and {@code hot} decides what is kept.
 */
@NullMarked
package io.tributary.cacher.store;

import org.jspecify.annotations.NullMarked;
