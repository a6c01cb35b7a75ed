/** Tests of a host's meters. */
@NullMarked
package io.tributary.libp2p.metrics;

import org.jspecify.annotations.NullMarked;
