/**
 * How connections come to be: the {@link io.tributary.libp2p.transport.Transport} that dials and
 * listens, the {@link io.tributary.libp2p.transport.TransportConnection} it yields, and the {@link
 * io.tributary.libp2p.transport.IoEngine} that moves the bytes.
 */
@NullMarked
package io.tributary.libp2p.transport;

import org.jspecify.annotations.NullMarked;
