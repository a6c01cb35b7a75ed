/** Whom to ask first: what each source has shown of its speed and its honesty. */
@NullMarked
package io.tributary.fetch.score;

import org.jspecify.annotations.NullMarked;
