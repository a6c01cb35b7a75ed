/** How fast the cacher's store fills, reads and starts, and how well it chooses what to keep. */
@NullMarked
package io.tributary.bench.store;

import org.jspecify.annotations.NullMarked;
