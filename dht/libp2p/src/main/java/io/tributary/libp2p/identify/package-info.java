/**
 * The identify protocol: the {@link io.tributary.libp2p.identify.IdentifyMessage} by which peers
 * say what they are, and what this host {@link io.tributary.libp2p.identify.ObservedAddresses
 * learns of itself} from it.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/identify/README.md">Identify</a>
 */
@NullMarked
package io.tributary.libp2p.identify;

import org.jspecify.annotations.NullMarked;
