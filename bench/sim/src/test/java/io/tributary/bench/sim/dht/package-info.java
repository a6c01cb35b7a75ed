@NullMarked
package io.tributary.bench.sim.dht;

import org.jspecify.annotations.NullMarked;
