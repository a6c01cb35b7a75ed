/**
 * QUIC: {@link io.tributary.libp2p.transport.quic.QuicTransport}, which brings encryption and
 * streams of its own, so that its connections need neither security protocol nor muxer.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/quic/README.md">QUIC in libp2p</a>
 */
@NullMarked
package io.tributary.libp2p.transport.quic;

import org.jspecify.annotations.NullMarked;
