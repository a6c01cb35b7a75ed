/**
 * The answering side: fragments under a pin, cut off where credit ends, and the lanes that pay for
 * them.
 */
@NullMarked
package io.tributary.exchange.server;

import org.jspecify.annotations.NullMarked;
