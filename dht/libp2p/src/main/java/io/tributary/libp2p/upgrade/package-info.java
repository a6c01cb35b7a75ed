/**
 * From plain bytes to streams: the {@link io.tributary.libp2p.upgrade.Upgrader} agrees with the
 * peer on security and muxer, each step within its deadline.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/connections/README.md">Connection
 *     establishment</a>
 */
@NullMarked
package io.tributary.libp2p.upgrade;

import org.jspecify.annotations.NullMarked;
