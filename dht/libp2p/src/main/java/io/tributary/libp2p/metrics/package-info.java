/** What a host counts: the port {@link io.tributary.libp2p.metrics.HostMetrics}. */
@NullMarked
package io.tributary.libp2p.metrics;

import org.jspecify.annotations.NullMarked;
