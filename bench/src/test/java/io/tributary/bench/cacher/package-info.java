/** Tests of the cacher's benchmark. */
@NullMarked
package io.tributary.bench.cacher;

import org.jspecify.annotations.NullMarked;
