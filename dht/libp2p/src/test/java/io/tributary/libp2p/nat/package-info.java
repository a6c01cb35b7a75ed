/** Tests of all that brings a host through NATs, put together. */
@NullMarked
package io.tributary.libp2p.nat;

import org.jspecify.annotations.NullMarked;
