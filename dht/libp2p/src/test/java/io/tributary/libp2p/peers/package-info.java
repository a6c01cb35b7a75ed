/** Tests of what is known of peers. */
@NullMarked
package io.tributary.libp2p.peers;

import org.jspecify.annotations.NullMarked;
