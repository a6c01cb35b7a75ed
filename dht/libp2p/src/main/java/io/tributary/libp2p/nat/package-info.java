/**
 * All that brings a host through NATs, put together: {@link io.tributary.libp2p.nat.NatTraversal}.
 */
@NullMarked
package io.tributary.libp2p.nat;

import org.jspecify.annotations.NullMarked;
