/** Tests of the house as a whole: its arrows, and networks of real nodes. */
@NullMarked
package io.tributary.acceptance;

import org.jspecify.annotations.NullMarked;
