/** The packaged images in real containers, started as the compose file says. */
@NullMarked
package io.tributary.acceptance.containers;

import org.jspecify.annotations.NullMarked;
