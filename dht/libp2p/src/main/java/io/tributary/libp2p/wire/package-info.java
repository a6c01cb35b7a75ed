/**
 * The protobuf messages of libp2p, generated from {@code src/main/protobuf}, and the bounded reader
 * for them.
 *
 * <p>Internal: no type of this package appears in a public signature of another one.
 */
@NullMarked
package io.tributary.libp2p.wire;

import org.jspecify.annotations.NullMarked;
