/** A chain of one's own, for development and tests: anvil, and a settlement contract on it. */
@NullMarked
package io.tributary.reward.dev;

import org.jspecify.annotations.NullMarked;
