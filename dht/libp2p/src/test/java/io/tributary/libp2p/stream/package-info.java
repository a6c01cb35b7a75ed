/** Tests of streams. */
@NullMarked
package io.tributary.libp2p.stream;

import org.jspecify.annotations.NullMarked;
