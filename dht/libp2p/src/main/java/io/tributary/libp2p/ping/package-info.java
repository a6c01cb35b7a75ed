/**
 * The ping protocol: {@link io.tributary.libp2p.ping.PingService}.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/ping/ping.md">Ping</a>
 */
@NullMarked
package io.tributary.libp2p.ping;

import org.jspecify.annotations.NullMarked;
