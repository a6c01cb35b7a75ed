/**
 * The words that both sides of the fragment exchange share: what is asked for, what is answered,
 * and why something ended.
 */
@NullMarked
package io.tributary.exchange;

import org.jspecify.annotations.NullMarked;
