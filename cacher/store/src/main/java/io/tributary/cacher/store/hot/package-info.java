/**
 * The fragments a node keeps because they are asked for: {@link
 * io.tributary.cacher.store.hot.HotFragments} finds, fills and forgets them, {@link
 * io.tributary.cacher.store.hot.Admission} decides by frequency which stay, {@link
 * io.tributary.cacher.store.hot.Scrub} looks for rot in the background.
 */
@NullMarked
package io.tributary.cacher.store.hot;

import org.jspecify.annotations.NullMarked;
