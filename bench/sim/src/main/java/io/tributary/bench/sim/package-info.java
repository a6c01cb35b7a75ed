/**
 * The simulator: real state machines on a simulated network, in virtual time.
 *
 * <p>The kernel knows no protocol: {@link io.tributary.bench.sim.Simulation} has the time and the
 * {@linkplain io.tributary.bench.sim.SimNode nodes}, and a {@link
 * io.tributary.bench.sim.SimNetwork} carries messages of one type between them.
 */
@NullMarked
package io.tributary.bench.sim;

import org.jspecify.annotations.NullMarked;
