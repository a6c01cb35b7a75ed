/** Programs that measure this module; they assert nothing and are no part of the tests. */
@NullMarked
package io.tributary.libp2p.bench;

import org.jspecify.annotations.NullMarked;
