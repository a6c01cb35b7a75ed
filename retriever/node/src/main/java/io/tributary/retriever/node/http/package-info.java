/**
 * The HTTP face of a retriever: {@link io.tributary.retriever.node.http.FileApi} answers users,
 * players and CESS's own clients with what the engine has verified.
 */
@NullMarked
package io.tributary.retriever.node.http;

import org.jspecify.annotations.NullMarked;
