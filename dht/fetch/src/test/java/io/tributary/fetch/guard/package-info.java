/** Tests of guards. */
@NullMarked
package io.tributary.fetch.guard;

import org.jspecify.annotations.NullMarked;
