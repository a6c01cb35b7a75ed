/** How many bytes may be fetched for nothing, so that the rest come in time. */
@NullMarked
package io.tributary.fetch.budget;

import org.jspecify.annotations.NullMarked;
