/** The durable journal: what was promised and what was paid, on disk before anybody is told. */
@NullMarked
package io.tributary.ledger.journal;

import org.jspecify.annotations.NullMarked;
