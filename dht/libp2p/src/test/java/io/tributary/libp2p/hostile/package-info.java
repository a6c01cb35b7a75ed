/** Peers that break the rules, against real hosts over real sockets. */
@NullMarked
package io.tributary.libp2p.hostile;

import org.jspecify.annotations.NullMarked;
