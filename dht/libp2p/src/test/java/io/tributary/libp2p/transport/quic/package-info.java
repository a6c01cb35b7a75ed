/** Tests of QUIC on real sockets. */
@NullMarked
package io.tributary.libp2p.transport.quic;

import org.jspecify.annotations.NullMarked;
