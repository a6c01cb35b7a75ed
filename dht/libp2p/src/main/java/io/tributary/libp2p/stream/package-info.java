/**
 * A stream of bytes between two peers: {@link io.tributary.libp2p.stream.ByteStream} with its
 * callbacks, its ways to end, and a blocking view.
 */
@NullMarked
package io.tributary.libp2p.stream;

import org.jspecify.annotations.NullMarked;
