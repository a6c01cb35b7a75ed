/** Tests of single flight. */
@NullMarked
package io.tributary.fetch.flight;

import org.jspecify.annotations.NullMarked;
