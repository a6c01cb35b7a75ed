/** Tests of the transport over TCP. */
@NullMarked
package io.tributary.libp2p.transport.tcp;

import org.jspecify.annotations.NullMarked;
