/** Tests of what nodes tell their operators in their logs. */
@NullMarked
package io.tributary.acceptance.logs;

import org.jspecify.annotations.NullMarked;
