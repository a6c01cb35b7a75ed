/** Tests of limits. */
@NullMarked
package io.tributary.libp2p.limits;

import org.jspecify.annotations.NullMarked;
