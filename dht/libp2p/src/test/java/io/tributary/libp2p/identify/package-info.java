/** Tests of the identify message. */
@NullMarked
package io.tributary.libp2p.identify;

import org.jspecify.annotations.NullMarked;
