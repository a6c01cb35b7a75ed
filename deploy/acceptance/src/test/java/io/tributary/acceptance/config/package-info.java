/** Holds the files that operators begin with to what nodes read. */
@NullMarked
package io.tributary.acceptance.config;

import org.jspecify.annotations.NullMarked;
