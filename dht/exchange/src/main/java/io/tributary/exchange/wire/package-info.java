/** How requests, answers and payments look in bytes: strict codecs of fixed layout. */
@NullMarked
package io.tributary.exchange.wire;

import org.jspecify.annotations.NullMarked;
