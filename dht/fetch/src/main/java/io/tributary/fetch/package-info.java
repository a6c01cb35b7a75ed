/** What every fetcher of fragments needs, whoever it asks: sources, and what is known of them. */
@NullMarked
package io.tributary.fetch;

import org.jspecify.annotations.NullMarked;
