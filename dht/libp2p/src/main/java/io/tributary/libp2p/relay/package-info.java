/**
 * Circuits through a third peer for those who can't be dialled: the {@link
 * io.tributary.libp2p.relay.RelayServer} that lends itself, the {@link
 * io.tributary.libp2p.relay.RelayClient} that reserves, dials and listens through one, and the
 * {@link io.tributary.libp2p.relay.RelayChooser} that finds the nearest.
 */
@NullMarked
package io.tributary.libp2p.relay;

import org.jspecify.annotations.NullMarked;
