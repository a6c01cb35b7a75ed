/** Tests of the negotiation. */
@NullMarked
package io.tributary.libp2p.multistream;

import org.jspecify.annotations.NullMarked;
