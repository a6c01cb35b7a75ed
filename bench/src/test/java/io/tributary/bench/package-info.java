/** That the programs measure what they say and judge it rightly. */
@NullMarked
package io.tributary.bench;

import org.jspecify.annotations.NullMarked;
