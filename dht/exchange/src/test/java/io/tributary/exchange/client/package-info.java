/** The asking side, piece by piece. */
@NullMarked
package io.tributary.exchange.client;

import org.jspecify.annotations.NullMarked;
