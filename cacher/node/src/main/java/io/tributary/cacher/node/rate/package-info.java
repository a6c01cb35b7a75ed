/** Rates of bytes and events, as limits and as measures. */
@NullMarked
package io.tributary.cacher.node.rate;

import org.jspecify.annotations.NullMarked;
