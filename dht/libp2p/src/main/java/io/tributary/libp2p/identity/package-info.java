/**
 * Who a peer is: its key pair, what it signs with it, and the file that keeps it.
 *
 * <p>Start at {@link io.tributary.libp2p.identity.KeyFile} for a node's own key, and at {@link
 * io.tributary.libp2p.identity.PublicKey} for those of others. A peer's name, {@link
 * io.tributary.libp2p.multiformats.PeerId}, is a multihash and lives with these.
 */
@NullMarked
package io.tributary.libp2p.identity;

import org.jspecify.annotations.NullMarked;
