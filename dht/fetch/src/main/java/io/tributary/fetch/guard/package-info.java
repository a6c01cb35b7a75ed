/** Whom to leave alone for a while, and how much to ask of one source at once. */
@NullMarked
package io.tributary.fetch.guard;

import org.jspecify.annotations.NullMarked;
