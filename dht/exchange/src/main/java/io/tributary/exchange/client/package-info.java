/** The asking side: fragments that are hashed while they come, and the lanes they are paid on. */
@NullMarked
package io.tributary.exchange.client;

import org.jspecify.annotations.NullMarked;
