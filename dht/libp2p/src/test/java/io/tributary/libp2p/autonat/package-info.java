/** Tests of AutoNAT. */
@NullMarked
package io.tributary.libp2p.autonat;

import org.jspecify.annotations.NullMarked;
