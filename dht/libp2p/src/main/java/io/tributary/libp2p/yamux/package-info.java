/**
 * Yamux, many streams over one channel with credit per stream: {@link
 * io.tributary.libp2p.yamux.YamuxMuxer} and its {@link io.tributary.libp2p.yamux.YamuxOptions}.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/yamux/README.md">yamux</a>
 */
@NullMarked
package io.tributary.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
