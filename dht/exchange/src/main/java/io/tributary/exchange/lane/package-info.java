/**
 * The conversation about money between a payer and a payee, as pure state machines without network,
 * disk or clock.
 */
@NullMarked
package io.tributary.exchange.lane;

import org.jspecify.annotations.NullMarked;
