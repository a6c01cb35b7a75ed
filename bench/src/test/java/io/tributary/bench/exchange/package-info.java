/** The reports of what accounting costs. */
@NullMarked
package io.tributary.bench.exchange;

import org.jspecify.annotations.NullMarked;
