/** The engine's own cache of verified fragments, as a port, and one in memory. */
@NullMarked
package io.tributary.retriever.engine.cache;

import org.jspecify.annotations.NullMarked;
