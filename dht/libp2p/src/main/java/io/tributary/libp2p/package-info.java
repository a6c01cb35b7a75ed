/**
 * A libp2p host: {@link io.tributary.libp2p.Host} dials and listens, a {@link
 * io.tributary.libp2p.Connection} leads to one peer, a {@link io.tributary.libp2p.Stream} speaks
 * one protocol with it.
 */
@NullMarked
package io.tributary.libp2p;

import org.jspecify.annotations.NullMarked;
