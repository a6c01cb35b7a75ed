/** The books: the highest voucher of each lane and what became of it, kept by the journal. */
@NullMarked
package io.tributary.ledger.book;

import org.jspecify.annotations.NullMarked;
