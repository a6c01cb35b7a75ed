/** Fetches what is wanted of one segment: whom to ask, whom to ask besides, what to decode. */
@NullMarked
package io.tributary.retriever.engine.race;

import org.jspecify.annotations.NullMarked;
