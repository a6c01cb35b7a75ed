/** Tests of the trial peer. */
@NullMarked
package io.tributary.libp2p.trial;

import org.jspecify.annotations.NullMarked;
