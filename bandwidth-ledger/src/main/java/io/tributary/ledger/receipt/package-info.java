/** What a download took from whom: signed lists that anybody can check without a network. */
@NullMarked
package io.tributary.ledger.receipt;

import org.jspecify.annotations.NullMarked;
