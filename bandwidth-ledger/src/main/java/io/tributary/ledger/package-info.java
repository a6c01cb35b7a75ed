/** What delivered bytes are worth, who owes it to whom, and the signed words that say so. */
@NullMarked
package io.tributary.ledger;

import org.jspecify.annotations.NullMarked;
