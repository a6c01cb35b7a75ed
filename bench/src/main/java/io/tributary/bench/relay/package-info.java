/**
 * What a relay costs: the processor time of the bytes it passes on, and the memory of peers that
 * only wait behind it.
 */
@NullMarked
package io.tributary.bench.relay;

import org.jspecify.annotations.NullMarked;
