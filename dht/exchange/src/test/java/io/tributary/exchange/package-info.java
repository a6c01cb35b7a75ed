/** Both sides of an exchange on real hosts. */
@NullMarked
package io.tributary.exchange;

import org.jspecify.annotations.NullMarked;
