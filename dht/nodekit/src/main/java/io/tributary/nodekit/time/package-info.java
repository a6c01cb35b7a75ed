/** Time that only goes forward, to be injected where waiting is measured. */
@NullMarked
package io.tributary.nodekit.time;

import org.jspecify.annotations.NullMarked;
