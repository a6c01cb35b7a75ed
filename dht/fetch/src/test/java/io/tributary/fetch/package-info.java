/** A clock for tests. */
@NullMarked
package io.tributary.fetch;

import org.jspecify.annotations.NullMarked;
