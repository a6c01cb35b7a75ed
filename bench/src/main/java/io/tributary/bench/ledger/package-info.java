/** How fast the bandwidth ledger signs, checks, keeps and finds again. */
@NullMarked
package io.tributary.bench.ledger;

import org.jspecify.annotations.NullMarked;
