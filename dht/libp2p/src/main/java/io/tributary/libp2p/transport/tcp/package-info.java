/** TCP: {@link io.tributary.libp2p.transport.tcp.TcpTransport}. */
@NullMarked
package io.tributary.libp2p.transport.tcp;

import org.jspecify.annotations.NullMarked;
