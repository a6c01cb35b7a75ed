/** Tests of scores. */
@NullMarked
package io.tributary.fetch.score;

import org.jspecify.annotations.NullMarked;
