/** How far either side trusts the other: the window of unpaid bytes, as pure state machines. */
@NullMarked
package io.tributary.ledger.credit;

import org.jspecify.annotations.NullMarked;
