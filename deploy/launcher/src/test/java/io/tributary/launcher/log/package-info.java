/** Tests of what reaches an operator's log. */
@NullMarked
package io.tributary.launcher.log;

import org.jspecify.annotations.NullMarked;
