/** The official js-libp2p as the other side: a fixture, and the tests that need one. */
@NullMarked
package io.tributary.libp2p.interop;

import org.jspecify.annotations.NullMarked;
