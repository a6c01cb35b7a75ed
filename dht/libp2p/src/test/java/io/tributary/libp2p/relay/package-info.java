/** Tests of relay. */
@NullMarked
package io.tributary.libp2p.relay;

import org.jspecify.annotations.NullMarked;
