/** Hosts of this module against each other, and what they share with other tests. */
@NullMarked
package io.tributary.libp2p;

import org.jspecify.annotations.NullMarked;
