/** One reader's range: what is fetched ahead for it, and what it is handed. */
@NullMarked
package io.tributary.retriever.engine.read;

import org.jspecify.annotations.NullMarked;
