/** The node's store of fragments as the engine's cache. */
@NullMarked
package io.tributary.retriever.node.cache;

import org.jspecify.annotations.NullMarked;
