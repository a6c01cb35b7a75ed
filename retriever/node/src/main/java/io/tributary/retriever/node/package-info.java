/**
 * The retriever: the node that users and gateways talk to. {@link
 * io.tributary.retriever.node.RetrieverNode} puts the engine, its cache, the overlay and the HTTP
 * API together as {@link io.tributary.retriever.node.RetrieverConfig} says.
 */
@NullMarked
package io.tributary.retriever.node;

import org.jspecify.annotations.NullMarked;
