/** Tests of Yamux: frame by frame, against a model, and against peers that break the rules. */
@NullMarked
package io.tributary.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
