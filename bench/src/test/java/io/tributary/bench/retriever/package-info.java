/** What a report of the retriever says. */
@NullMarked
package io.tributary.bench.retriever;

import org.jspecify.annotations.NullMarked;
