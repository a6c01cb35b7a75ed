/** Tests of hole punching. */
@NullMarked
package io.tributary.libp2p.dcutr;

import org.jspecify.annotations.NullMarked;
