/**
 * What peers may cost a host: {@link io.tributary.libp2p.limits.ResourceLimits} on connections and
 * streams in nested scopes, {@link io.tributary.libp2p.limits.AccessList} and {@link
 * io.tributary.libp2p.limits.PrefixRateLimit} at its door.
 */
@NullMarked
package io.tributary.libp2p.limits;

import org.jspecify.annotations.NullMarked;
