/**
 * What a retriever delivers: hot beside nginx, cold from cachers, with one of them stalled, and
 * what each stage of that costs.
 */
@NullMarked
package io.tributary.bench.retriever;

import org.jspecify.annotations.NullMarked;
