/** Tests of the simulated region. */
@NullMarked
package io.tributary.bench.sim.region;

import org.jspecify.annotations.NullMarked;
