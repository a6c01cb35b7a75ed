/**
 * The membership of a region, simulated: {@link io.tributary.bench.sim.region.RegionSimulation}
 * runs the real membership of thousands of nodes and measures how news spreads and what it costs.
 */
@NullMarked
package io.tributary.bench.sim.region;

import org.jspecify.annotations.NullMarked;
