/**
 * The DHT in the simulator: {@link io.tributary.bench.sim.dht.DhtSimulation} runs thousands of real
 * {@link io.tributary.kademlia.Kademlia} nodes and tells whether content is found.
 */
@NullMarked
package io.tributary.bench.sim.dht;

import org.jspecify.annotations.NullMarked;
