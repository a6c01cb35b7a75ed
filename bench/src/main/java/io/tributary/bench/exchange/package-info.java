/** What accounting costs: the same transfer of fragments with and without it. */
@NullMarked
package io.tributary.bench.exchange;

import org.jspecify.annotations.NullMarked;
