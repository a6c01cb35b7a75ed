/** One fetch at a time of one thing, however many want it. */
@NullMarked
package io.tributary.fetch.flight;

import org.jspecify.annotations.NullMarked;
