/** Where the node's engine finds sources besides storage miners, and what it gives to its peers. */
@NullMarked
package io.tributary.retriever.node.source;

import org.jspecify.annotations.NullMarked;
