/** How what nodes say reaches their operators: as text or JSON, no more of it than can be read. */
@NullMarked
package io.tributary.launcher.log;

import org.jspecify.annotations.NullMarked;
