/** Tests of name resolution and of races between addresses. */
@NullMarked
package io.tributary.libp2p.dial;

import org.jspecify.annotations.NullMarked;
