/** Tests of the measurement of a relay. */
@NullMarked
package io.tributary.bench.relay;

import org.jspecify.annotations.NullMarked;
