/** Tests of what muxers share. */
@NullMarked
package io.tributary.libp2p.muxer;

import org.jspecify.annotations.NullMarked;
