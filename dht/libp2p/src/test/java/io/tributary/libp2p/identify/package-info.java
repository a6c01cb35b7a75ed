/** Tests of identify. */
@NullMarked
package io.tributary.libp2p.identify;

import org.jspecify.annotations.NullMarked;
