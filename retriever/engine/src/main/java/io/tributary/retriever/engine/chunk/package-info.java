/** How parts of a fragment are verified: the hashes of its chunks, computed here. */
@NullMarked
package io.tributary.retriever.engine.chunk;

import org.jspecify.annotations.NullMarked;
