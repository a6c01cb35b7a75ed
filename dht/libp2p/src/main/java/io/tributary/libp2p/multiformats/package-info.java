/**
 * How libp2p writes numbers, hashes, ids and addresses as bytes and as text.
 *
 * <p>Start at {@link io.tributary.libp2p.multiformats.Multiaddr} and {@link
 * io.tributary.libp2p.multiformats.PeerId}; whatever does not parse ends in one {@link
 * io.tributary.libp2p.multiformats.MalformedFormatException} with a reason.
 */
@NullMarked
package io.tributary.libp2p.multiformats;

import org.jspecify.annotations.NullMarked;
