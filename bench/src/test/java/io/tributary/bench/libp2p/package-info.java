/** Tests of the measuring of the libp2p host; none measures for long. */
@NullMarked
package io.tributary.bench.libp2p;

import org.jspecify.annotations.NullMarked;
