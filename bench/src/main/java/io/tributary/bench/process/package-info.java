/** Measured processes, driven by a line at a time. */
@NullMarked
package io.tributary.bench.process;

import org.jspecify.annotations.NullMarked;
