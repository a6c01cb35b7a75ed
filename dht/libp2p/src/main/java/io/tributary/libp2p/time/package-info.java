/** Time as state machines see it: a clock and timers that tests and simulations can replace. */
@NullMarked
package io.tributary.libp2p.time;

import org.jspecify.annotations.NullMarked;
