/** The memory that fragments take while they are fetched and read, and its bounds. */
@NullMarked
package io.tributary.retriever.engine.memory;

import org.jspecify.annotations.NullMarked;
