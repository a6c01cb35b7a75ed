/**
 * What carries many streams over one connection: the {@link io.tributary.libp2p.muxer.StreamMuxer}
 * that a muxing protocol implements and the {@link io.tributary.libp2p.muxer.MuxedConnection} it
 * yields. Transports with streams of their own yield the latter directly.
 */
@NullMarked
package io.tributary.libp2p.muxer;

import org.jspecify.annotations.NullMarked;
