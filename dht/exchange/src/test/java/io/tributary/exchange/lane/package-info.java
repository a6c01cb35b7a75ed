/** The conversation about money, with everything around it simulated. */
@NullMarked
package io.tributary.exchange.lane;

import org.jspecify.annotations.NullMarked;
