/**
 * Hosts on a network in memory, in virtual time, on one thread: what happens, and in which order,
 * follows from a seed. {@link io.tributary.libp2p.sim.Simulation} has the time and the network,
 * {@link io.tributary.libp2p.sim.MemoryTransport} carries a host's connections over it.
 */
@NullMarked
package io.tributary.libp2p.sim;

import org.jspecify.annotations.NullMarked;
