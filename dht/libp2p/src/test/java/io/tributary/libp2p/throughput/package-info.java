/** Programs that measure throughput between two processes; run by hand, asserted by nothing. */
@NullMarked
package io.tributary.libp2p.throughput;

import org.jspecify.annotations.NullMarked;
