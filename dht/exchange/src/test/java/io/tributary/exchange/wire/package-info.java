/** That what peers send is read strictly, or refused. */
@NullMarked
package io.tributary.exchange.wire;

import org.jspecify.annotations.NullMarked;
